"""An engine that needs no weights from anywhere: areas near to the clicks by colour and by the borders on the
way, in windows of several sizes; of these candidates the one that looks most like a whole object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from training.ml.assist.candidates import Before, Candidates, candidates, edits
from training.ml.assist.engine import Answer, Box, Mask, Pixels, Point
from training.ml.assist.ranking import Ranking, read_ranking
from training.ml.assist.windows import Window, pyramid_of, sides, window

# What was meant before the last click, and how sure that was.
Previous = tuple[Mask, float]


@dataclass(frozen=True)
class Looked:
    """An image at its own size, at half of it, and so on."""

    pyramid: list[Pixels]

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.pyramid[0].shape[:2]
        return height, width

    @property
    def nbytes(self) -> int:
        return sum(level.nbytes for level in self.pyramid)


class Classical:
    """Chooses among what grows from the clicks."""

    def __init__(self, ranking: Ranking | None = None) -> None:
        self._ranking = ranking or read_ranking()

    def prepare(self, image: Pixels) -> Looked:
        return Looked(pyramid_of(image))

    def segment(
        self, state: Looked, points: Sequence[Point], box: Box | None = None, previous: Previous | None = None
    ) -> Answer:
        best, score, mask = -1.0, 0.0, np.zeros(state.size, bool)
        kept: tuple[Candidates, int] | None = None
        for found in proposals(state, points, box, previous):
            values = self._ranking.scores(found.features)
            number = int(values.argmax())
            if values[number] > best:
                best, kept = float(values[number]), (found, number)
        if kept is not None:
            found, number = kept
            score, mask = best, outlined(state, found, number, points, previous)
        return Answer(mask, score, (mask, score))


def proposals(
    state: Looked, points: Sequence[Point], box: Box | None, previous: Previous | None
) -> Iterator[Candidates]:
    """The candidates of every window round the first click or the box, and the edits round the last click."""
    x, y = _middle(points, box)
    placed = list(points)
    if not any(belongs for _, _, belongs in placed):
        placed = [(x, y, 1), *placed]
    height, width = state.size
    for side in sides(height, width, placed, box):
        shown = window(state.pyramid, x, y, side)
        before = _before(shown, previous)
        outside = _beyond(shown, box) if box else []
        found = candidates(shown, placed, state.size, outside, before)
        if found is not None:
            yield found
    if previous is None or not points or not previous[0].any():
        return
    x, y, _ = points[-1]
    for side in sides(height, width, [(x, y, 1)], None):
        shown = window(state.pyramid, x, y, side)
        before = _before(shown, previous)
        found = edits(shown, points, before) if before else None
        if found is not None:
            yield found


def outlined(
    state: Looked, found: Candidates, number: int, points: Sequence[Point], previous: Previous | None
) -> Mask:
    """A candidate at the image's size, its outline smooth."""
    areas = found.chosen[number] if found.grown is None else found.grown[number]
    part = cv2.GaussianBlur(areas[found.window.areas.labels].astype(np.float32), (0, 0), 1.0)
    mask = np.asarray(found.window.whole(np.asarray(part, np.float32), *state.size) >= 0.5)
    if found.grown is None or previous is None:
        return mask
    return np.asarray(previous[0] | mask if points[-1][2] else previous[0] & ~mask)


def _before(shown: Window, previous: Previous | None) -> Before | None:
    return None if previous is None else Before(shown.cut(previous[0]), previous[1])


def _middle(points: Sequence[Point], box: Box | None) -> tuple[float, float]:
    if box is not None:
        return box[0] + box[2] / 2, box[1] + box[3] / 2
    x, y, _ = next(point for point in points if point[2])
    return x, y


def _beyond(shown: Window, box: Box) -> list[int]:
    """The areas that lie outside a box."""
    x, y = (shown.areas.centre / shown.scale + (shown.left, shown.top)).T
    inside = (x >= box[0]) & (x < box[0] + box[2]) & (y >= box[1]) & (y < box[1] + box[3])
    found: list[int] = np.flatnonzero(~inside).tolist()
    return found
