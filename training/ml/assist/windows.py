"""Square windows round the clicks, each twice as long as the one before, all looked at in as many pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from training.ml.assist.engine import Box, Mask, Pixels, Point
from training.ml.assist.superpixels import Areas, Floats, areas_of

# Pixels on a side of a window as it is looked at, and of its areas.
SIDE = 128
SPACING = 5
# Pixels of the image on a side of the smallest window.
LEAST = 32
# What a window shows beside a box, each way, as a share of it.
MARGIN = 0.3


@dataclass(frozen=True)
class Window:
    """The part of an image from (left, top), `scale` pixels of the window for each of the image's."""

    left: int
    top: int
    right: int
    bottom: int
    scale: float
    areas: Areas

    def area_at(self, x: float, y: float) -> int:
        """The area that a place in the image lies in; -1 outside the window."""
        if not (self.left <= x < self.right and self.top <= y < self.bottom):
            return -1
        height, width = self.areas.labels.shape
        row = min(int((y - self.top) * self.scale), height - 1)
        column = min(int((x - self.left) * self.scale), width - 1)
        return int(self.areas.labels[row, column])

    def cut(self, mask: Mask) -> Floats:
        """Which share of each pixel of the window a mask of the image covers."""
        part = mask[self.top : self.bottom, self.left : self.right].astype(np.float32)
        height, width = self.areas.labels.shape
        return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.float32)

    def whole(self, part: Floats, height: int, width: int) -> Floats:
        """Shares of a window's pixels as those of the image's pixels; 0 outside."""
        size = (self.right - self.left, self.bottom - self.top)
        full = np.zeros((height, width), np.float32)
        method = cv2.INTER_LINEAR if self.scale < 1 else cv2.INTER_AREA
        full[self.top : self.bottom, self.left : self.right] = cv2.resize(part, size, interpolation=method)
        return full


def sides(height: int, width: int, points: Sequence[Point], box: Box | None) -> list[int]:
    """How long the windows are: from the smallest that shows every click on the object to the whole image."""
    longest = max(height, width)
    if box is not None:
        return [min(longest, int(max(box[2:]) * (1 + 2 * MARGIN)) + 2)]
    inside = np.array([(x, y) for x, y, belongs in points if belongs])
    reach = 2.5 * float(np.abs(inside - inside[0]).max(initial=0))
    found = []
    side = LEAST
    while side < longest:
        if side > reach:
            found.append(side)
        side *= 2
    return [*found, longest]


def window(pyramid: Sequence[Pixels], x: float, y: float, side: int) -> Window:
    """The window of `side` pixels round a place, within the image whose `pyramid` this is."""
    height, width = pyramid[0].shape[:2]
    wide, high = min(side, width), min(side, height)
    scale = SIDE / max(wide, high)
    level = 0
    while level + 1 < len(pyramid) and scale * 2 ** (level + 1) <= 1:
        level += 1
    step = 2**level
    left = int(np.clip(round(x - wide / 2), 0, width - wide)) // step * step
    top = int(np.clip(round(y - high / 2), 0, height - high)) // step * step
    part = pyramid[level][top // step : -(-(top + high) // step), left // step : -(-(left + wide) // step)]
    size = (max(8, round(wide * scale)), max(8, round(high * scale)))
    method = cv2.INTER_AREA if scale * step < 1 else cv2.INTER_CUBIC
    small = cv2.resize(part, size, interpolation=method)
    lab = cv2.GaussianBlur(cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), (0, 0), 0.7)
    areas = areas_of(np.asarray(lab, np.float32), SPACING)
    return Window(left, top, left + wide, top + high, scale, areas)


def pyramid_of(image: Pixels) -> list[Pixels]:
    """An RGB image at its own size, at half of it, and so on."""
    levels = [image]
    while max(levels[-1].shape[:2]) > 2 * SIDE:
        half = (max(1, levels[-1].shape[1] // 2), max(1, levels[-1].shape[0] // 2))
        levels.append(np.asarray(cv2.resize(levels[-1], half, interpolation=cv2.INTER_AREA), np.uint8))
    return levels
