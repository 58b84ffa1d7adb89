"""What is to be seen on a frame of a video, from a file's shapes: as `annotations.tracks` does from rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from annotations.formats.records import Shape
from annotations.geometry import GeometryError, interpolate

# An attribute of a keyframe: from it on the object is not to be seen, until the next keyframe.
OUTSIDE = "outside"


def is_outside(shape: Shape) -> bool:
    return shape.attributes.get(OUTSIDE) is True


class Tracks:
    """The shapes of one video, in painting order but for `z`, looked at frame by frame."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._alone: dict[int, list[tuple[int, Shape]]] = {}
        self._tracks: dict[str, list[tuple[int, Shape]]] = {}
        for number, shape in enumerate(sorted(shapes, key=lambda each: each.z)):
            if shape.track is None:
                self._alone.setdefault(shape.frame or 0, []).append((number, shape))
            else:
                self._tracks.setdefault(shape.track, []).append((number, shape))
        for keys in self._tracks.values():
            keys.sort(key=lambda each: each[1].frame or 0)

    def frames(self) -> list[int]:
        """The frames on which something was drawn, in order."""
        keyed = {key.frame or 0 for keys in self._tracks.values() for _, key in keys}
        return sorted({*self._alone, *keyed})

    def at(self, frame: int, height: int, width: int) -> list[Shape]:
        """What is to be seen at a frame of `height` × `width` pixels, in painting order.

        Shapes that are no keyframes there are `reckoned`.
        """
        found = list(self._alone.get(frame, ()))
        for keys in self._tracks.values():
            if seen := _between(keys, frame, height, width):
                found.append(seen)
        return [shape for _, shape in sorted(found, key=lambda each: (each[1].z, each[0]))]

    def hidden(self, frame: int) -> list[Shape]:
        """The keyframes at a frame from which on their objects are not to be seen."""
        return [
            key
            for keys in self._tracks.values()
            for _, key in keys
            if (key.frame or 0) == frame and is_outside(key)
        ]


def _between(
    keys: Sequence[tuple[int, Shape]], frame: int, height: int, width: int
) -> tuple[int, Shape] | None:
    """The object of a track at a frame, with its place in the painting order."""
    at = max((n for n, (_, key) in enumerate(keys) if (key.frame or 0) <= frame), default=-1)
    if at < 0 or is_outside(keys[at][1]):
        return None
    number, before = keys[at]
    if before.frame == frame:
        return number, before
    geometry: dict[str, Any] = before.geometry
    after = keys[at + 1][1] if at + 1 < len(keys) else None
    if after is not None and not is_outside(after):
        share = (frame - (before.frame or 0)) / ((after.frame or 0) - (before.frame or 0))
        try:
            geometry = interpolate(before.geometry, after.geometry, share, height, width)
        except (GeometryError, TypeError, ValueError, KeyError):
            # One of the two is broken, which is told where it lands.
            geometry = before.geometry
    return number, replace(before, geometry=geometry, frame=frame, reckoned=True)
