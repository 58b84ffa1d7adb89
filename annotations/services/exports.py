"""Taking annotations out: a job writes a ZIP into storage, from the project as it is or from a snapshot."""

from __future__ import annotations

import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from accounts.principals import Principal
from annotations.formats import FORMATS
from annotations.formats.records import Export, ExportImage, KnownClass
from annotations.manifest import read_manifest
from annotations.models import Snapshot
from annotations.services.outgoing import Outgoing, of_snapshot, opener
from annotations.snapshots import manifest_path
from core import jobs
from core.errors import BadInput, FieldError, NotFound, Unusable
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from projects.classes import class_indices
from projects.models import Project
from projects.selectors import classes_of

KIND = "annotations.export"


def start_export(
    principal: Principal, project: Project, format: str, snapshot: Snapshot | None, images: bool
) -> Job:
    """Queue the job that writes the file. Raises BadInput for a format that cannot be exported."""
    known = FORMATS.get(format)
    if known is None or known.write is None:
        choices = ", ".join(each.name for each in FORMATS.values() if each.write)
        message = f"{format!r} cannot be exported; choose one of {choices}"
        raise BadInput(message, [FieldError("format", message)])
    return jobs.create_job(
        KIND,
        project_id=project.pk,
        workspace_id=project.workspace_id,
        created_by=principal.user,
        payload={
            "format": format,
            "snapshot": str(snapshot.pk) if snapshot else None,
            "images": images,
        },
    )


def export_key(job_id: uuid.UUID) -> str:
    return f"exports/{job_id}.zip"


def download_url(job_id: uuid.UUID) -> str:
    return f"/api/v1/exports/{job_id}/download"


def run_export(job: JobHandle) -> dict[str, Any]:
    """Do an export job: a ZIP written to the local disk, then stored whole."""
    write = FORMATS[job.payload["format"]].write
    project = Project.objects.filter(pk=job.project_id).first() if job.project_id else None
    if project is None or write is None:
        raise NotFound("The project is gone.")
    counts = {"images": 0, "annotations": 0}
    export, total = _export(job, project, counts)
    if not total:
        raise Unusable(
            "There is nothing to export: upload images first, or draw on frames of the videos that are there."
        )
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as archive:
            write(archive, export)
        size = file.tell()
        file.seek(0)
        storage.put(export_key(job.id), file)
    return {"download_url": download_url(job.id), "size": size, **counts}


def _export(job: JobHandle, project: Project, counts: dict[str, int]) -> tuple[Export, int]:
    with_images = job.payload["images"]
    snapshot = Snapshot.objects.filter(pk=job.payload["snapshot"], project=project).first()
    if job.payload["snapshot"] and snapshot is None:
        raise NotFound("The snapshot is gone.")
    if snapshot:
        classes, names = _frozen_classes(snapshot)
        total, unlabelled = snapshot.counts["assets"], snapshot.unlabelled

        def images() -> Iterator[ExportImage]:
            return of_snapshot(snapshot, names, with_images)

        def files() -> Iterator[ExportImage]:
            return of_snapshot(snapshot, names, True, with_shapes=False) if with_images else iter(())

        def titles() -> Iterator[str]:
            return (row["name"] for row in read_manifest(manifest_path(snapshot))[1])
    else:
        classes, names = _classes(project)
        whole_videos = "video" in FORMATS[job.payload["format"]].media
        outgoing = Outgoing(project, names, with_images, whole_videos)
        total, unlabelled = outgoing.count(), project.unlabelled
        images, files, titles = outgoing.images, outgoing.files, outgoing.titles

    passes = 2 if with_images else 1
    return Export(
        project.name,
        classes,
        unlabelled,
        _told(job, images, "Annotations", total, (0, passes), counts),
        _told(job, files, "Images", total, (1, passes)),
        titles,
        opener(),
    ), total


def _told(
    job: JobHandle,
    images: Callable[[], Iterator[ExportImage]],
    what: str,
    total: int,
    part: tuple[int, int],
    counts: dict[str, int] | None = None,
) -> Callable[[], Iterator[ExportImage]]:
    """The images with progress told on the way, as one part of so many; counted into `counts`, once."""
    number, parts = part

    def told() -> Iterator[ExportImage]:
        nonlocal counts
        counting, counts = counts, None
        for done, image in enumerate(images(), 1):
            if counting is not None:
                counting["images"] += 1
                counting["annotations"] += len(image.shapes)
            fraction = (number + done / max(total, 1)) / parts
            job.progress(min(fraction, 0.99), f"{what}: {done} of {total}")
            yield image

    return told


def _classes(project: Project) -> tuple[list[KnownClass], dict[str, str]]:
    classes = list(classes_of(project))
    values = class_indices(classes, project.unlabelled)
    known = [
        KnownClass(each.name, each.color, each.ignore, values[str(each.pk)], each.stuff) for each in classes
    ]
    return known, {str(each.pk): each.name for each in classes}


def _frozen_classes(snapshot: Snapshot) -> tuple[list[KnownClass], dict[str, str]]:
    known = [
        KnownClass(row["name"], row["color"], row["ignore"], row["index"], row.get("stuff", False))
        for row in snapshot.classes
    ]
    return known, {row["id"]: row["name"] for row in snapshot.classes}
