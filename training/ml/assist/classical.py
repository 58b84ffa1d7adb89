"""An engine that needs no weights from anywhere: areas near to the clicks by colour and by the borders on the
way, in windows of several sizes; of these candidates the one that looks most like a whole object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from training.ml.assist.candidates import Candidates, candidates
from training.ml.assist.engine import Answer, Box, Mask, Pixels, Point
from training.ml.assist.ranking import Ranking, read_ranking
from training.ml.assist.windows import Window, pyramid_of, sides, window


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
        self, state: Looked, points: Sequence[Point], box: Box | None = None, previous: Mask | None = None
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
            score, mask = best, outlined(state, found.window, found.chosen[number])
        return Answer(mask, score, mask)


def proposals(
    state: Looked, points: Sequence[Point], box: Box | None, previous: Mask | None
) -> Iterator[Candidates]:
    """The candidates of every window."""
    x, y = _middle(points, box)
    placed = list(points)
    if not any(belongs for _, _, belongs in placed):
        placed = [(x, y, 1), *placed]
    height, width = state.size
    for side in sides(height, width, placed, box):
        shown = window(state.pyramid, x, y, side)
        before = None if previous is None else shown.cut(previous)
        outside = _beyond(shown, box) if box else []
        found = candidates(shown, placed, state.size, outside, before)
        if found is not None:
            yield found


def outlined(state: Looked, shown: Window, chosen: np.ndarray) -> Mask:
    """The chosen areas' pixels at the image's size, their outline smooth."""
    part = cv2.GaussianBlur(chosen[shown.areas.labels].astype(np.float32), (0, 0), 1.0)
    return np.asarray(shown.whole(np.asarray(part, np.float32), *state.size) >= 0.5)


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
