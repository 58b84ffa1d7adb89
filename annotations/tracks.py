"""The shapes of a video at one of its frames: its keyframes there, and what tracks are between theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from annotations.geometry import interpolate, measure
from annotations.models import Annotation
from annotations.selectors import annotations_of, as_dict
from projects.models import Asset

# An attribute of a keyframe: from it on the object is not to be seen, until the next keyframe.
OUTSIDE = "outside"


def shapes_at(asset: Asset, frame: int) -> list[dict[str, Any]]:
    """The shapes at a frame in painting order, as the API shows them.

    What lies between two keyframes says that it is `interpolated`, and has the id of the one before; behind
    its last keyframe a track stays as it is. A shape of no track is on its own frame only.
    """
    found: list[tuple[Any, dict[str, Any]]] = []
    for keys in _tracks(asset, frame):
        at = max((n for n, key in enumerate(keys) if (key.frame or 0) <= frame), default=-1)
        if at < 0 or is_outside(keys[at]):
            continue
        before = keys[at]
        after = keys[at + 1] if at + 1 < len(keys) else None
        order = before.z, before.created_at, before.pk
        found.append((order, _between(asset, before, after, frame)))
    return [shape for _, shape in sorted(found, key=lambda item: item[0])]


def is_outside(key: Annotation) -> bool:
    return key.attributes.get(OUTSIDE) is True


def _tracks(asset: Asset, frame: int) -> list[list[Annotation]]:
    """The keyframes of every track by frame, and the shapes of no track at the frame, each by itself."""
    rows = annotations_of(asset).filter(Q(track__isnull=False) | Q(frame=frame)).defer("geometry")
    tracks: dict[Any, list[Annotation]] = {}
    for row in rows.order_by("frame"):
        tracks.setdefault(row.track or row.pk, []).append(row)
    return _filled(list(tracks.values()), frame)


def _filled(tracks: list[list[Annotation]], frame: int) -> list[list[Annotation]]:
    """The keyframes on either side of the frame only, with their geometry read in one query."""
    near: list[list[Annotation]] = []
    for keys in tracks:
        before = [key for key in keys if (key.frame or 0) <= frame][-1:]
        after = [key for key in keys if (key.frame or 0) > frame][:1]
        near.append([*before, *after])
    whole = Annotation.objects.in_bulk([key.pk for keys in near for key in keys])
    return [[whole[key.pk] for key in keys if key.pk in whole] for keys in near]


def _between(asset: Asset, before: Annotation, after: Annotation | None, frame: int) -> dict[str, Any]:
    shape = as_dict(before)
    if before.frame == frame:
        return {**shape, "interpolated": False}
    geometry: dict[str, Any] = {before.kind: before.geometry}
    if after is not None and not is_outside(after):
        share = (frame - (before.frame or 0)) / ((after.frame or 0) - (before.frame or 0))
        size = asset.height, asset.width
        geometry = interpolate(geometry, {after.kind: after.geometry}, share, *size)
    box, area = measure(geometry, asset.height, asset.width)
    del shape[before.kind]
    return {**shape, **geometry, "frame": frame, "box": box, "area": area, "interpolated": True}
