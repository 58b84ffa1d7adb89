"""Which asset of the project a record of a file means, and pictures of the file that become assets."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from accounts.models import User
from annotations.formats.match import SPLITS, NameIndex, base_name
from annotations.formats.reckoning import Tracks, is_outside
from annotations.formats.records import Dataset, Record
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source
from projects.models import Asset, Project
from projects.services.assets import add_asset
from projects.services.probing import make_ready

Progress = Callable[[float, str], None]
Placed = tuple[Record, uuid.UUID]


class Images:
    """The images of the archive and of the project, by the names under which annotations ask for them."""

    def __init__(self, project: Project, user: User, source: Source, dataset: Dataset, notes: Notes) -> None:
        self.created = 0
        self.project = project
        self.user = user
        self._source = source
        self._notes = notes
        self._split_of = _splitter(dataset)
        self._name_of = _namer(dataset)
        self._taken: dict[str, uuid.UUID | None] = {}
        self._assets_taken: set[uuid.UUID] = set()
        self._inside = NameIndex([])
        self._outside: NameIndex | None = None
        self._ids: dict[str, uuid.UUID] = {}
        self._videos: NameIndex | None = None
        self._video_ids: dict[str, uuid.UUID] = {}

    def take(self, member: str, progress: Progress) -> None:
        """Make an image or a video of the archive an asset, unless the project has it."""
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
            if asset.status == Asset.Status.PROCESSING:
                # Annotations name its frames: these are counted before they land.
                make_ready(asset, progress)
        except TesseraError as error:
            self._notes.add(member, error.detail)
            return
        if asset.pk in self._assets_taken:
            self._notes.add(member, f"is the same picture as {asset.name}: it was taken once")
        self._taken[member] = asset.pk
        self._assets_taken.add(asset.pk)
        self.created += not known

    def place(self, record: Record) -> Iterator[Placed]:
        """The record with the asset it means: of a frame the video if the project has it, else the picture.

        Tracks of a video that is not there go onto pictures of its frames. Noted where nothing is found.
        """
        if record.video is not None and (video := self._video(record.video)):
            yield record, video
        elif record.video is not None and record.frame is None:
            yield from self._frames_of(record)
        elif asset := self._find(record):
            if record.video is not None:
                record.shapes = [shape for shape in record.shapes if not is_outside(shape)]
            yield record, asset

    def _find(self, record: Record) -> uuid.UUID | None:
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

    def _video(self, name: str) -> uuid.UUID | None:
        if self._videos is None:
            rows = Asset.objects.filter(
                project=self.project, media=Asset.Media.VIDEO, status=Asset.Status.READY
            )
            self._video_ids = dict(rows.values_list("name", "pk"))
            self._videos = NameIndex(self._video_ids)
        try:
            found = self._videos.find(name)
        except Unusable as error:
            self._notes.add(name, error.detail)
            return None
        return self._video_ids[found] if found else None

    def _frames_of(self, record: Record) -> Iterator[Placed]:
        """A video's shapes on pictures of its frames: `frame_000012.png`, or as extracted ones are called."""
        stem = re.escape(PurePosixPath(base_name(record.image)).stem)
        pattern = re.compile(rf"(?:frame|{stem})_(\d+)\.\w+", re.IGNORECASE)
        self._assets()
        named = {**self._ids, **{member: key for member, key in self._taken.items() if key}}
        pictures: dict[int, uuid.UUID] = {}
        for name, key in named.items():
            if match := pattern.fullmatch(base_name(name)):
                pictures[int(match.group(1))] = key
        if not pictures:
            self._notes.add(
                record.image,
                "no video of this name here, nor pictures of its frames (frame_000000.png, …): "
                f"{len(record.shapes)} annotations were left out",
            )
            return
        tracks = Tracks(record.shapes)
        sizes = Asset.objects.in_bulk(list(pictures.values()))
        for frame, key in sorted(pictures.items()):
            if (asset := sizes.get(key)) is None:
                continue
            shapes = tracks.at(frame, record.height or asset.height, record.width or asset.width)
            if shapes:
                yield replace(record, image=asset.name, shapes=shapes, video=None), key
        lost = [frame for frame in tracks.frames() if frame not in pictures]
        if lost:
            self._notes.add(
                record.image,
                f"{len(lost)} of its labelled frames are not here as pictures (the first is {lost[0]}): "
                "what was drawn on these was left out",
            )

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


def _namer(dataset: Dataset) -> Callable[[str], str]:
    """An image's name: what the format says, or its file's, with the folders if there are others of it."""
    count: dict[str, int] = {}
    for member in dataset.images:
        count[base_name(member)] = count.get(base_name(member), 0) + 1
    return lambda member: (
        dataset.names.get(member) or (base_name(member) if count[base_name(member)] == 1 else member)
    )


def _splitter(dataset: Dataset) -> Callable[[str], str | None]:
    """The splits that the format lists, or those of the folders: if some are for training and some for
    validation."""

    def split(member: str) -> str | None:
        folders = PurePosixPath(member.lower()).parts[:-1]
        return next((SPLITS[folder] for folder in folders if folder in SPLITS), None)

    if dataset.splits:
        return lambda member: dataset.splits.get(member)
    found = {split(member) for member in dataset.images}
    return split if {"train", "val"} <= found else lambda member: None
