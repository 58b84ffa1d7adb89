"""Bringing annotations in: a file is kept, a job reads it, what fits lands, and the rest is named."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from annotations.formats import FORMATS, Reader
from annotations.formats.looks import looks_like
from annotations.formats.records import Dataset, Known, KnownClass, Record
from annotations.formats.texts import cleaned
from annotations.services.drafting import Classes, drafts_of
from annotations.services.landing import Draft, land
from annotations.services.placing import Images, Placed
from core import jobs
from core.errors import BadInput, FieldError, NotFound, TesseraError, Unusable
from core.free_json import clean_text
from core.jobs import JobHandle
from core.models import Job
from core.notes import Notes
from core.storage import storage
from projects.archives import Source
from projects.classes import class_indices
from projects.models import Asset, Project, Upload
from projects.selectors import classes_of
from projects.services.uploading import taker
from projects.spool import path_of

KIND = "annotations.import"
BATCH_SHAPES = 4000
BATCH_ASSETS = 200
# The part of the progress bar that belongs to taking images in, where there are any.
IMAGES_SHARE = 0.6


def start_import(
    principal: Principal, project: Project, format: str, file: IO[bytes], name: str, create_classes: bool
) -> Job:
    """Keep the file and queue the job that reads it. Raises BadInput for a format that cannot be imported."""
    check_importable(format)
    key = f"imports/{uuid.uuid4()}"
    file.seek(0)
    storage.put(key, file)
    return _queue(principal, project, format, key, name, create_classes)


def check_importable(format: str) -> None:
    """Raises BadInput, naming the formats there are, for one that cannot be imported."""
    known = FORMATS.get(format)
    if known is None or known.read is None:
        choices = ", ".join(each.name for each in FORMATS.values() if each.read)
        message = f"{format!r} cannot be imported; choose one of {choices}"
        raise BadInput(message, [FieldError("format", message)])


@taker(Upload.Purpose.IMPORT, lambda options: check_importable(options.get("format", "")))
def import_upload(principal: Principal, upload: Upload) -> Job:
    """Import a file that came in pieces."""
    key = f"imports/{uuid.uuid4()}"
    storage.adopt(key, path_of(upload.pk))
    format, create_classes = upload.options["format"], upload.options["create_classes"]
    return _queue(principal, upload.project, format, key, upload.filename, create_classes)


def _queue(
    principal: Principal, project: Project, format: str, key: str, name: str, create_classes: bool
) -> Job:
    audit(principal, "annotations.import", "project", project.pk, project.workspace_id, {"format": format})
    return jobs.create_job(
        KIND,
        project_id=project.pk,
        workspace_id=project.workspace_id,
        created_by=principal.user,
        payload={"format": format, "key": key, "name": name, "create_classes": create_classes},
    )


def run_import(job: JobHandle) -> dict[str, Any]:
    """Do an import job. It can be done again from its start: what landed before is found and not added twice.

    The kept file goes when the job's end is written, and not before: see `annotations.services.tidying`.
    """
    project = Project.objects.filter(pk=job.project_id).first() if job.project_id else None
    user = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    if project is None or user is None:
        raise NotFound("The project, or whoever started the import, is gone.")
    try:
        with _rare_collections():
            return _import(job, project, user, job.payload["key"])
    except TesseraError as error:
        # What it says may quote the file.
        error.detail = clean_text(error.detail)
        raise


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Millions of points in lists have no cycles; looking for some would take a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _import(job: JobHandle, project: Project, user: User, key: str) -> dict[str, Any]:
    notes = Notes()
    read = FORMATS[job.payload["format"]].read
    if read is None:
        raise Unusable(f"{job.payload['format']} cannot be imported.")
    job.progress(0.0, "Reading the file")
    with Source(storage.path(key), job.payload["name"], notes) as source:
        dataset = cleaned(_looked_at(read, source, job.payload["format"], project, notes), notes)
        classes = Classes(Principal(user), project, job.payload["create_classes"], notes)
        classes.prepare(dataset.categories)
        images = Images(project, user, source, dataset, notes)
        share = IMAGES_SHARE if dataset.images else 0.0
        for number, member in enumerate(dataset.images):
            job.progress(share * number / len(dataset.images), f"Image {number + 1} of {len(dataset.images)}")
            images.take(member, _part(job, share, number, len(dataset.images)))
        annotations, seen = _annotations(job, dataset, classes, images, notes, share)
        classes.report()
        if not seen and (hint := _hint(source, job.payload["format"])):
            notes.add(job.payload["name"], f"no annotation was found in it. {hint}")
    return {
        "assets": images.created,
        "annotations": annotations,
        "classes": classes.created,
        "skipped": notes.as_list(),
    }


def _looked_at(read: Reader, source: Source, format: str, project: Project, notes: Notes) -> Dataset:
    """The file as its format reads it; where it cannot, the error says which format it seems to be in."""
    try:
        return read(source, _known(project), notes)
    except TesseraError as error:
        if hint := _hint(source, format):
            error.detail = f"{error.detail} {hint}"
        raise


def _hint(source: Source, format: str) -> str:
    other = FORMATS.get(looks_like(source, format) or "")
    return f"It looks like {other.title}: import it as `{other.name}`." if other else ""


def _part(job: JobHandle, share: float, number: int, count: int) -> Callable[[float, str], None]:
    """Progress of one of the pictures, as part of all."""
    return lambda fraction, message: job.progress(share * (number + fraction) / count, message)


def _known(project: Project) -> Known:
    classes = list(classes_of(project))
    values = class_indices(classes, project.unlabelled)
    videos = Asset.objects.filter(project=project, media=Asset.Media.VIDEO, status=Asset.Status.READY)
    return Known(
        [
            KnownClass(each.name, each.color, each.ignore, values[str(each.pk)], each.stuff)
            for each in classes
        ],
        project.unlabelled,
        frozenset(videos.values_list("name", flat=True)),
    )


def _annotations(
    job: JobHandle, dataset: Dataset, classes: Classes, images: Images, notes: Notes, start: float
) -> tuple[int, int]:
    """Land the records batch by batch; returns how many shapes were new, and how many the file has."""
    total = done = seen = 0

    def records() -> Iterator[Record]:
        nonlocal seen
        for record in dataset.records():
            seen += len(record.shapes)
            yield record

    for batch, taken in _batches(records(), classes, images, notes):
        landed = land(images.project, images.user, batch)
        for name in landed.full:
            notes.add(name, "would have more shapes than an image can hold: its annotations were left out")
        for name, frame in landed.clashes:
            notes.add(name, f"a track has another keyframe on frame {frame} already: that one stays")
        total += landed.created
        done += taken
        fraction = start + (1 - start) * done / max(dataset.total, 1)
        job.progress(min(fraction, 0.999), f"{total} annotations, {done} of {dataset.total} images")
    return total, seen


Batch = list[tuple[uuid.UUID, list[Draft]]]


def _batches(
    records: Iterator[Record], classes: Classes, images: Images, notes: Notes
) -> Iterator[tuple[Batch, int]]:
    """Drafts by asset, a few thousand at a time, with the number of records they come from."""
    waiting: list[Placed] = []
    done = shapes = 0
    for record in records:
        done += 1
        for placed, asset in images.place(record):
            waiting.append((placed, asset))
            shapes += len(placed.shapes)
            if shapes >= BATCH_SHAPES or len(waiting) >= BATCH_ASSETS:
                yield _drafted(waiting, classes, notes), done
                waiting, done, shapes = [], 0, 0
    yield _drafted(waiting, classes, notes), done


def _drafted(waiting: list[Placed], classes: Classes, notes: Notes) -> Batch:
    assets = Asset.objects.in_bulk([key for _, key in waiting])
    return [(key, drafts_of(record, assets[key], classes, notes)) for record, key in waiting if key in assets]
