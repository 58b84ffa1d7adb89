"""One shape followed from frame to frame. Pure: geometry and flow, no database.

Masks go pixel by pixel: each pixel's way back to the first frame is kept and the first mask read there, so
that nothing blurs. Outlines and boxes move as one thing and keep their vertices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from annotations.flow import (
    Affine,
    Region,
    Step,
    followed,
    identity,
    inner,
    joined,
    motion,
    quality,
    spread,
)
from annotations.geometry import geometry_to_mask, interpolate, mask_to_rle

Geometry = dict[str, Any]
# What is left of a shape below which it has gone, as a share of its first area and in pixels.
LEAST_SHARE, LEAST_PIXELS = 0.05, 6
LOST = 0.5
# Keyframes are left out where the way between their neighbours tells the same: outlines within so many pixels
# of the image, masks by IoU; a stretch without keyframes is at most so long.
NEAR_PIXELS, NEAR_IOU, LONGEST = 1.5, 0.95, 24


class Followed:
    """A shape at the frame that was reached, looked at `scale` times as large as the image is."""

    def __init__(self, geometry: Geometry, size: tuple[int, int], looked: tuple[int, int]) -> None:
        self.kind = next(kind for kind in ("polygons", "mask", "bbox") if kind in geometry)
        self.quality = 1.0
        self._first = geometry
        # (height, width) of the image, and of the frames as they are looked at.
        self._size, self._looked = size, looked
        self._scale = np.array([looked[1] / size[1], looked[0] / size[0]])
        self._small = self._shrunk(geometry_to_mask(geometry, *size).astype(np.float32)) >= 0.5
        self._first_small = self._small.astype(np.float32)
        self._area = int(self._small.sum())
        self._way = identity(*looked)
        self._affine = np.array([[1.0, 0, 0], [0, 1, 0]])

    def go(self, step: Step) -> str | None:
        """Follow to the next frame; why it ended there, None where it goes on."""
        moved = motion(step, self._small, turns=self.kind != "bbox")
        if moved is None:
            return "lost"
        if self.kind == "mask":
            self._way = followed(self._way, self._own(step, moved))
            self._small = self._read(self._first_small) >= 0.5
        else:
            self._affine = joined(self._affine, moved)
            self._small = (
                self._shrunk(geometry_to_mask(self.geometry(), *self._size).astype(np.float32)) >= 0.5
            )
        if self._small.sum() < max(LEAST_PIXELS, LEAST_SHARE * self._area):
            return "left"
        self.quality = min(self.quality, quality(step, self._small))
        return "lost" if self.quality < LOST else None

    def _own(self, step: Step, moved: Affine) -> npt.NDArray[np.float32]:
        """The thing's own way back: as it moves on the whole, and each part of it as it is seen to."""
        height, width = self._looked
        whole = np.asarray(cv2.warpAffine(self._small.astype(np.uint8), moved, (width, height)), bool)
        back = np.linalg.inv(np.vstack([moved, [0, 0, 1]]))[:2]
        here = identity(height, width)
        rigid = (here @ back[:, :2].T + back[:, 2] - here).astype(np.float32)
        where = inner(whole, step.arrived)
        return rigid + spread(step.backward - rigid, where) if where.any() else rigid

    def state(self) -> tuple[npt.NDArray[np.float32], Affine]:
        """What `geometry` needs to be asked again later."""
        return self._way, self._affine

    def small(self) -> Region:
        """bool [h, w]: where it is on the frame as it is looked at."""
        return self._small

    def geometry(self, state: tuple[npt.NDArray[np.float32], Affine] | None = None) -> Geometry:
        """The shape in pixels of the image."""
        way, affine = state or self.state()
        if self.kind == "mask":
            return {"mask": mask_to_rle(self._read_whole(way) >= 0.5)}
        if self.kind == "bbox":
            x, y, width, height = self._first["bbox"]
            left, top = self._moved(affine, [[x, y]])[0]
            right, bottom = self._moved(affine, [[x + width, y + height]])[0]
            return {"bbox": [left, top, right - left, bottom - top]}
        return {
            "polygons": [
                {
                    "exterior": self._moved(affine, part["exterior"]),
                    "holes": [self._moved(affine, hole) for hole in part.get("holes") or []],
                }
                for part in self._first["polygons"]
            ]
        }

    def _moved(self, affine: Affine, points: Any) -> list[list[float]]:
        looked = np.asarray(points, np.float64) * self._scale - 0.5
        moved = (looked @ affine[:, :2].T + affine[:, 2] + 0.5) / self._scale
        found: list[list[float]] = moved.tolist()
        return found

    def _shrunk(self, mask: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        height, width = self._looked
        return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA), np.float32)

    def _read(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        x, y = np.ascontiguousarray(self._way[..., 0]), np.ascontiguousarray(self._way[..., 1])
        found = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        return np.asarray(found, np.float32)

    def _read_whole(self, way: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The first mask at the image's own size, where the way of each pixel leads."""
        height, width = self._size
        large = cv2.resize(way, (width, height), interpolation=cv2.INTER_LINEAR)
        x = ((large[..., 0] + 0.5) / self._scale[0] - 0.5).astype(np.float32)
        y = ((large[..., 1] + 0.5) / self._scale[1] - 0.5).astype(np.float32)
        mask = geometry_to_mask(self._first, height, width).astype(np.float32)
        found = cv2.remap(mask, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        return np.asarray(found, np.float32)


class Keyframes:
    """Of the frames that a shape was followed over, those that are needed: the way from one to the next tells
    what was found between them.
    """

    def __init__(self, shape: Followed, frame: int) -> None:
        self._shape = shape
        self._last = frame, self._seen(shape)
        self._open: list[tuple[int, Any, Any, float]] = []
        self.found: list[tuple[int, Geometry, float]] = []

    def add(self, frame: int) -> None:
        """Another frame that was reached."""
        shape = self._shape
        entry = frame, self._seen(shape), shape.state(), shape.quality
        if self._open and (len(self._open) >= LONGEST or not self._tells(entry[0], entry[1])):
            self._keep()
        self._open.append(entry)

    def end(self) -> None:
        """The last frame reached is one of them."""
        if self._open:
            self._keep()

    def _keep(self) -> None:
        frame, seen, state, score = self._open[-1]
        self.found.append((frame, self._shape.geometry(state), score))
        self._last, self._open = (frame, seen), []

    def _seen(self, shape: Followed) -> Geometry:
        """What is compared: outlines in the image's pixels, masks as they were looked at."""
        return {"mask": mask_to_rle(shape.small())} if shape.kind == "mask" else shape.geometry()

    def _tells(self, frame: int, seen: Geometry) -> bool:
        """Whether the way from the last keyframe to this frame passes through all that lies between."""
        begin, before = self._last
        near = _near_masks if self._shape.kind == "mask" else _near_points
        height, width = self._shape.small().shape
        for between, wanted, _, _ in self._open:
            share = (between - begin) / (frame - begin)
            if not near(interpolate(before, seen, share, height, width), wanted):
                return False
        return True


def _near_masks(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    height, width = one["mask"]["size"]
    a, b = (geometry_to_mask(each, height, width) != 0 for each in (one, other))
    union = int((a | b).sum())
    return not union or int((a & b).sum()) >= NEAR_IOU * union


def _near_points(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    pairs = zip(_points(one), _points(other), strict=True)
    return all(abs(a - b) <= NEAR_PIXELS for a, b in pairs)


def _points(geometry: Mapping[str, Any]) -> list[float]:
    if "bbox" in geometry:
        return list(geometry["bbox"])
    rings = [ring for part in geometry["polygons"] for ring in (part["exterior"], *part["holes"])]
    return [value for ring in rings for point in ring for value in point]
