"""Taking annotations out: a job writes a ZIP into storage, from the project as it is or from a snapshot."""

from __future__ import annotations

import itertools
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from accounts.principals import Principal
from annotations.formats import FORMATS
from annotations.formats.records import Export, ExportImage, KnownClass, Shape
from annotations.manifest import read_manifest
from annotations.models import Snapshot
from annotations.services.snapshots import shapes_of
from annotations.snapshots import manifest_path
from core import jobs
from core.errors import BadInput, FieldError, NotFound, Unusable
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from projects.classes import class_indices
from projects.models import Asset, Project
from projects.selectors import classes_of

KIND = "annotations.export"
CHUNK = 200


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
        raise Unusable("There is no image to export: upload images first.")
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
            return _of_snapshot(snapshot, names, with_images)

        def titles() -> Iterator[str]:
            return (row["name"] for row in read_manifest(manifest_path(snapshot))[1])
    else:
        classes, names = _classes(project)
        total, unlabelled = _assets(project).count(), project.unlabelled

        def images() -> Iterator[ExportImage]:
            return _of_project(project, names, with_images)

        def titles() -> Iterator[str]:
            return iter(_assets(project).values_list("name", flat=True))

    counted = _counted(job, images, total, 2 if with_images else 1, counts)
    return Export(project.name, classes, unlabelled, counted, titles, storage.open), total


def _counted(
    job: JobHandle,
    images: Callable[[], Iterator[ExportImage]],
    total: int,
    passes: int,
    counts: dict[str, int],
) -> Callable[[], Iterator[ExportImage]]:
    """The images with progress told on the way. Formats go through them once, and once more for the bytes."""
    number = itertools.count()

    def told() -> Iterator[ExportImage]:
        pass_number = next(number)
        for done, image in enumerate(images(), 1):
            if pass_number == 0:
                counts["images"] += 1
                counts["annotations"] += len(image.shapes)
            fraction = (pass_number + done / max(total, 1)) / passes
            job.progress(
                min(fraction, 0.99), f"{'Annotations' if pass_number == 0 else 'Images'}: {done} of {total}"
            )
            yield image

    return told


def _classes(project: Project) -> tuple[list[KnownClass], dict[str, str]]:
    classes = list(classes_of(project))
    values = class_indices(classes, project.unlabelled)
    known = [KnownClass(each.name, each.color, each.ignore, values[str(each.pk)]) for each in classes]
    return known, {str(each.pk): each.name for each in classes}


def _frozen_classes(snapshot: Snapshot) -> tuple[list[KnownClass], dict[str, str]]:
    rows = snapshot.classes
    known = [KnownClass(row["name"], row["color"], row["ignore"], row["index"]) for row in rows]
    return known, {row["id"]: row["name"] for row in rows}


def _assets(project: Project) -> Any:
    ready = Asset.objects.filter(project=project, status=Asset.Status.READY, media="image")
    return ready.order_by("created_at", "id")


def _of_project(project: Project, names: dict[str, str], with_images: bool) -> Iterator[ExportImage]:
    # In pieces, and not over one open cursor: between them the job writes how far it is.
    keys = list(_assets(project).values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        assets = Asset.objects.in_bulk(keys[start : start + CHUNK])
        chunk = [assets[key] for key in keys[start : start + CHUNK] if key in assets]
        found = shapes_of(chunk)
        for asset in chunk:
            rows_of_asset = found.get(str(asset.pk), [])
            # A class made since the job began is in no list of the file.
            shapes = [_shape(row, names) for row in rows_of_asset if row["class"] in names]
            key = asset.storage_key if with_images else None
            yield ExportImage(asset.name, asset.width, asset.height, key, shapes)


def _of_snapshot(snapshot: Snapshot, names: dict[str, str], with_images: bool) -> Iterator[ExportImage]:
    _, assets = read_manifest(manifest_path(snapshot))
    for row in assets:
        shapes = [_shape(shape, names) for shape in row["annotations"]]
        key = row["image"] if with_images else None
        yield ExportImage(row["name"], row["width"], row["height"], key, shapes)


def _shape(row: dict[str, Any], names: dict[str, str]) -> Shape:
    geometry: dict[str, Any] = {kind: row[kind] for kind in ("polygons", "mask", "bbox") if kind in row}
    return Shape(
        names[row["class"]],
        geometry,
        row["id"],
        z=row["z"],
        track=row.get("track"),
        score=row.get("score"),
        attributes=row.get("attributes", {}),
    )
