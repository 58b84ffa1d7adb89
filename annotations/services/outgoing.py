"""What of a project goes out: images, and videos whole or as the frames on which something was drawn."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.db.models import QuerySet

from annotations.formats.reckoning import Tracks
from annotations.formats.records import ExportImage, Shape
from annotations.manifest import read_manifest
from annotations.models import Annotation, Snapshot
from annotations.snapshots import manifest_path
from core.storage import storage
from projects.models import Asset, Project
from projects.services.extracting import frame_name
from projects.services.frames import read_jpegs

CHUNK = 200
# So many shapes are in memory at a time, unless one asset has more.
CHUNK_SHAPES = 10_000
_FRAME_KEY = "frame:"


class Outgoing:
    """A project's assets as formats want them. `names` are those of the classes, by their ids."""

    def __init__(self, project: Project, names: dict[str, str], with_bytes: bool, whole_videos: bool) -> None:
        self.project = project
        self._names = names
        self._with_bytes = with_bytes
        self._whole_videos = whole_videos

    def count(self) -> int:
        """How many images go out."""
        if self._whole_videos:
            return self._assets().count()
        drawn = self._drawn().values("asset", "frame").distinct().count()
        return self._assets().filter(media=Asset.Media.IMAGE).count() + drawn

    def titles(self) -> Iterator[str]:
        """Their names alone."""
        for pk, name, media in self._assets().values_list("pk", "name", "media").iterator():
            if media == Asset.Media.IMAGE or self._whole_videos:
                yield name
                continue
            drawn = self._drawn().filter(asset=pk).values_list("frame", flat=True).distinct()
            yield from self._frame_names(name, sorted(frame or 0 for frame in drawn)).values()

    def images(self) -> Iterator[ExportImage]:
        """The images with their shapes, some thousand shapes at a time in memory."""
        # In pieces, and not over one open cursor: between them the job writes how far it is.
        for keys in self._pieces():
            assets = Asset.objects.in_bulk(keys)
            chunk = [assets[key] for key in keys if key in assets]
            found = self._shapes_of(chunk)
            for asset in chunk:
                yield from self._images_of(asset, found.pop(asset.pk, []))

    def files(self) -> Iterator[ExportImage]:
        """The images whose bytes go along, without their shapes."""
        keys = list(self._assets().values_list("pk", flat=True)) if self._with_bytes else []
        for start in range(0, len(keys), CHUNK):
            assets = Asset.objects.in_bulk(keys[start : start + CHUNK])
            for key in keys[start : start + CHUNK]:
                if (asset := assets.get(key)) is None:
                    continue
                if asset.media == Asset.Media.IMAGE or self._whole_videos:
                    yield from self._images_of(asset, [])
                    continue
                drawn = self._drawn().filter(asset=key).values_list("frame", flat=True).distinct()
                for frame, name in self._frame_names(asset.name, sorted(n or 0 for n in drawn)).items():
                    yield self._frame(asset, frame, name)

    def _shapes_of(self, assets: list[Asset]) -> dict[uuid.UUID, list[Shape]]:
        """The shapes of some assets in painting order."""
        # A class made since the job began is in no list of the file.
        labels = {uuid.UUID(key): name for key, name in self._names.items()}
        rows = Annotation.objects.filter(asset__in=assets).order_by("z", "created_at", "id")
        found: dict[uuid.UUID, list[Shape]] = {}
        for asset, label, kind, geometry, z, track, frame, score, attributes in rows.values_list(
            "asset_id", "label_class_id", "kind", "geometry", "z", "track", "frame", "score", "attributes"
        ).iterator():
            if label not in labels:
                continue
            shape = Shape(labels[label], {kind: geometry}, "", z, None, score, attributes, frame)
            if track is not None:
                shape.track = str(track)
            found.setdefault(asset, []).append(shape)
        return found

    def _assets(self) -> QuerySet[Asset]:
        ready = Asset.objects.filter(project=self.project, status=Asset.Status.READY)
        return ready.order_by("created_at", "id")

    def _drawn(self) -> QuerySet[Annotation]:
        classes = list(self._names)
        videos = self._assets().filter(media=Asset.Media.VIDEO).order_by()
        return Annotation.objects.filter(asset__in=videos, label_class__in=classes).order_by()

    def _pieces(self) -> Iterator[list[uuid.UUID]]:
        waiting: list[uuid.UUID] = []
        shapes = 0
        for pk, count in list(self._assets().values_list("pk", "annotation_count")):
            if waiting and (len(waiting) >= CHUNK or shapes + count > CHUNK_SHAPES):
                yield waiting
                waiting, shapes = [], 0
            waiting.append(pk)
            shapes += count
        if waiting:
            yield waiting

    def _images_of(self, asset: Asset, shapes: list[Shape]) -> Iterator[ExportImage]:
        key = asset.storage_key if self._with_bytes else None
        image = ExportImage(asset.name, asset.width, asset.height, key, shapes, asset.split)
        if asset.media == Asset.Media.IMAGE:
            yield image
        elif self._whole_videos:
            yield image._replace(frames=asset.frames, frame_rate=asset.fps)
        else:
            yield from self._frames_of(asset, shapes)

    def _frames_of(self, asset: Asset, shapes: list[Shape]) -> Iterator[ExportImage]:
        tracks = Tracks(shapes)
        for frame, name in self._frame_names(asset.name, tracks.frames()).items():
            yield self._frame(asset, frame, name)._replace(
                shapes=tracks.at(frame, asset.height, asset.width), hidden=tracks.hidden(frame)
            )

    def _frame(self, asset: Asset, frame: int, name: str) -> ExportImage:
        key = f"{_FRAME_KEY}{asset.pk}:{frame}" if self._with_bytes else None
        return ExportImage(
            name, asset.width, asset.height, key, [], asset.split, video=asset.name, frame=frame
        )

    def _frame_names(self, video: str, frames: list[int]) -> dict[int, str]:
        """The frames' names as images: as extracted ones are called, unless the project has these."""
        names = {frame: frame_name(video, frame) for frame in frames}
        prefix = frame_name(video, 0).removesuffix("000000.jpg")
        others = Asset.objects.filter(project=self.project, name__startswith=prefix)
        taken = set(others.values_list("name", flat=True))
        return {frame: f"{video}/{frame:06d}.jpg" if name in taken else name for frame, name in names.items()}


def opener() -> Callable[[str], IO[bytes]]:
    """A function that opens what `ExportImage.storage_key` names; frames in order are decoded in one go."""
    playing: dict[str, Iterator[Any]] = {}

    def open_image(key: str) -> IO[bytes]:
        if not key.startswith(_FRAME_KEY):
            return storage.open(key)
        _, asset_id, frame = key.split(":")
        if asset_id not in playing:
            playing.clear()
            asset = Asset.objects.get(pk=asset_id)
            drawn = Annotation.objects.filter(asset=asset, frame__gte=int(frame)).order_by()
            numbers = sorted({number or 0 for number in drawn.values_list("frame", flat=True)})
            playing[asset_id] = read_jpegs(asset, numbers)
        for jpeg in playing[asset_id]:
            if jpeg.number == int(frame):
                return io.BytesIO(jpeg.content)
        # Drawn on since, or asked for once more.
        asset = Asset.objects.get(pk=asset_id)
        return io.BytesIO(next(read_jpegs(asset, [int(frame)])).content)

    return open_image


def of_snapshot(
    snapshot: Snapshot, names: dict[str, str], with_bytes: bool, with_shapes: bool = True
) -> Iterator[ExportImage]:
    """The images of a snapshot as they were."""
    _, assets = read_manifest(manifest_path(snapshot))
    for row in assets:
        shapes = [shape_of(shape, names) for shape in row["annotations"]] if with_shapes else []
        key = row["image"] if with_bytes else None
        yield ExportImage(row["name"], row["width"], row["height"], key, shapes, row["split"])


def shape_of(row: dict[str, Any], names: dict[str, str]) -> Shape:
    """A shape as manifests hold it, for a format."""
    geometry: dict[str, Any] = {kind: row[kind] for kind in ("polygons", "mask", "bbox") if kind in row}
    return Shape(
        names[row["class"]],
        geometry,
        row["id"],
        z=row["z"],
        track=row.get("track"),
        score=row.get("score"),
        attributes=row.get("attributes", {}),
        frame=row.get("frame"),
    )
