"""Bringing annotations in: a file is kept, a job reads it, what fits lands, and the rest is named."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from annotations.formats import FORMATS
from annotations.formats.match import NameIndex, base_name
from annotations.formats.records import Dataset, Known, KnownClass, Record
from annotations.formats.texts import cleaned
from annotations.services.drafting import Classes, drafts_of
from annotations.services.landing import Draft, land
from core import jobs
from core.errors import BadInput, FieldError, NotFound, TesseraError, Unusable
from core.free_json import clean_text
from core.jobs import JobHandle
from core.models import Job
from core.notes import Notes
from core.storage import storage
from projects.archives import Source
from projects.classes import class_indices
from projects.models import Asset, Project
from projects.selectors import classes_of
from projects.services.assets import add_asset

KIND = "annotations.import"
BATCH_SHAPES = 4000
BATCH_ASSETS = 200
# The part of the progress bar that belongs to taking images in, where there are any.
IMAGES_SHARE = 0.6
_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}


def start_import(
    principal: Principal, project: Project, format: str, file: IO[bytes], name: str, create_classes: bool
) -> Job:
    """Keep the file and queue the job that reads it. Raises BadInput for a format that cannot be imported."""
    known = FORMATS.get(format)
    if known is None or known.read is None:
        choices = ", ".join(each.name for each in FORMATS.values() if each.read)
        message = f"{format!r} cannot be imported; choose one of {choices}"
        raise BadInput(message, [FieldError("format", message)])
    key = f"imports/{uuid.uuid4()}"
    file.seek(0)
    storage.put(key, file)
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
        dataset = cleaned(read(source, _known(project), notes), notes)
        classes = Classes(Principal(user), project, job.payload["create_classes"], notes)
        classes.prepare(dataset.categories)
        images = _Images(project, user, source, dataset.images, notes)
        share = IMAGES_SHARE if dataset.images else 0.0
        for number, member in enumerate(dataset.images):
            images.take(member)
            job.progress(share * number / len(dataset.images), f"Image {number + 1} of {len(dataset.images)}")
        annotations = _annotations(job, dataset, classes, images, notes, share)
        classes.report()
    return {
        "assets": images.created,
        "annotations": annotations,
        "classes": classes.created,
        "skipped": notes.as_list(),
    }


def _known(project: Project) -> Known:
    classes = list(classes_of(project))
    values = class_indices(classes, project.unlabelled)
    return Known(
        [KnownClass(each.name, each.color, each.ignore, values[str(each.pk)]) for each in classes],
        project.unlabelled,
    )


class _Images:
    """The images of the archive and of the project, by the names under which annotations ask for them."""

    def __init__(
        self, project: Project, user: User, source: Source, members: list[str], notes: Notes
    ) -> None:
        self.created = 0
        self.project = project
        self.user = user
        self._source = source
        self._notes = notes
        self._split_of = _splitter(members)
        self._name_of = _namer(members)
        self._taken: dict[str, uuid.UUID | None] = {}
        self._assets_taken: set[uuid.UUID] = set()
        self._inside = NameIndex([])
        self._outside: NameIndex | None = None
        self._ids: dict[str, uuid.UUID] = {}

    def take(self, member: str) -> None:
        """Make an image of the archive an asset, unless the project has it."""
        self._taken[member] = None
        try:
            with self._source.open(member) as file:
                asset, known = add_asset(
                    self.project,
                    self._name_of(member),
                    file,
                    created_by=self.user,
                    split=self._split_of(member),
                )
        except TesseraError as error:
            self._notes.add(member, error.detail)
            return
        if asset.pk in self._assets_taken:
            self._notes.add(member, f"is the same picture as {asset.name}: it was taken once")
        self._taken[member] = asset.pk
        self._assets_taken.add(asset.pk)
        self.created += not known

    def find(self, record: Record) -> uuid.UUID | None:
        """The asset that a record means; None, noted, where there is none or several could be meant."""
        wanted = record.image, record.origin, record.by_stem
        try:
            if member := self._members().find(*wanted):
                return self._taken[member]
            if name := self._assets().find(*wanted):
                return self._ids[name]
        except Unusable as error:
            self._notes.add(
                record.image, f"{error.detail}; its {len(record.shapes)} annotations were left out"
            )
            return None
        self._notes.add(
            record.image,
            f"no image of this name here or in the file: {len(record.shapes)} annotations were left out",
        )
        return None

    def _members(self) -> NameIndex:
        if self._taken and self._inside.is_empty:
            self._inside = NameIndex(self._taken)
        return self._inside

    def _assets(self) -> NameIndex:
        if self._outside is None:
            rows = Asset.objects.filter(project=self.project, status=Asset.Status.READY)
            self._ids = dict(rows.values_list("name", "pk").iterator())
            self._outside = NameIndex(self._ids)
        return self._outside


def _namer(members: list[str]) -> Callable[[str], str]:
    """An image's name: its file's, with as many folders as it takes to tell it from the others."""
    count: dict[str, int] = {}
    for member in members:
        count[base_name(member)] = count.get(base_name(member), 0) + 1
    return lambda member: base_name(member) if count[base_name(member)] == 1 else member


def _splitter(members: list[str]) -> Callable[[str], str | None]:
    """The split that folders give, where the archive has a folder for training and one for validation."""

    def split(member: str) -> str | None:
        folders = PurePosixPath(member.lower()).parts[:-1]
        return next((_SPLITS[folder] for folder in folders if folder in _SPLITS), None)

    found = {split(member) for member in members}
    return split if {"train", "val"} <= found else lambda member: None


def _annotations(
    job: JobHandle, dataset: Dataset, classes: Classes, images: _Images, notes: Notes, start: float
) -> int:
    """Land the records batch by batch; returns how many shapes were new."""
    total = 0
    done = 0
    for batch, records in _batches(dataset.records(), classes, images, notes):
        created, full = land(images.project, images.user, batch)
        for name in full:
            notes.add(name, "would have more shapes than an image can hold: its annotations were left out")
        total += created
        done += records
        fraction = start + (1 - start) * done / max(dataset.total, 1)
        job.progress(min(fraction, 0.999), f"{total} annotations, {done} of {dataset.total} images")
    return total


Batch = list[tuple[uuid.UUID, list[Draft]]]


def _batches(
    records: Iterator[Record], classes: Classes, images: _Images, notes: Notes
) -> Iterator[tuple[Batch, int]]:
    """Drafts by asset, a few thousand at a time, with the number of records they come from."""
    waiting: list[tuple[Record, uuid.UUID | None]] = []
    shapes = 0
    for record in records:
        waiting.append((record, images.find(record)))
        shapes += len(record.shapes)
        if shapes >= BATCH_SHAPES or len(waiting) >= BATCH_ASSETS:
            yield _drafted(waiting, classes, notes), len(waiting)
            waiting, shapes = [], 0
    yield _drafted(waiting, classes, notes), len(waiting)


def _drafted(waiting: list[tuple[Record, uuid.UUID | None]], classes: Classes, notes: Notes) -> Batch:
    assets = Asset.objects.in_bulk([key for _, key in waiting if key])
    return [
        (key, drafts_of(record, assets[key], classes, notes))
        for record, key in waiting
        if key in assets and key is not None
    ]
