"""Many looks at one image to one index mask: the logits of tiles blended, the probabilities of several
looks averaged. Whole lines are finished as soon as every view of them is there, so that a large image never
exists as logits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.server.views import Box, View, window
from training.ml.deciding import decided
from training.ml.reading import Outputs
from training.ml.reading.detections import places
from training.ml.uncertainty import Tally, Uncertainty

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

# Pixels that are worked on at a time.
BLOCK = 1 << 19


class Blend:
    """The index mask of an image from the logits `[labels, h, w]` of its views.

    At each pixel a variant's value of a label is the mean of its views' values there, bilinearly upsampled
    with half-pixel centres and weighted by `window`; the label with the highest mean over all variants wins,
    of equal ones the lower. Values are logits, or with `probabilities` the softmax over each view's own grid,
    the mean of both looks where a box is looked at in a mirror as well. With `unsure` it sums up how unsure
    the means are at the image's own pixels, with `certain` it keeps the probability of each pixel's label.
    Labels with `thresholds` win as in `training.ml.deciding`, and `elsewhere` is as there.
    """

    def __init__(
        self,
        height: int,
        width: int,
        labels: int,
        probabilities: bool,
        unsure: bool = False,
        certain: bool = False,
        thresholds: Mapping[int, float] | None = None,
        elsewhere: int = 0,
    ) -> None:
        self.index: Pixels = np.zeros((height, width), np.uint8)
        self._probabilities = probabilities
        self._thresholds = thresholds or {}
        self._elsewhere = elsewhere
        self._live: dict[tuple[Box, int], tuple[View, Floats]] = {}
        self._lines = 0
        self._cells = np.zeros(labels, np.int64)
        self._won = np.zeros(labels, np.float64)
        self._top = np.zeros(labels, np.float32)
        self._tally = Tally(labels, probabilities) if unsure or certain else None
        self.certainty = np.zeros((height, width) if certain else (0, 0), np.float16)

    @property
    def held(self) -> int:
        """The views whose logits are needed still."""
        return len(self._live)

    def take(self, view: View, outputs: Outputs) -> None:
        """Add the network's outputs for a view."""
        logits = outputs[0][:, :, ::-1] if view.flip else outputs[0]
        chances = softmax(logits)
        key, values = (view.box, view.variant), chances if self._probabilities else logits
        if key in self._live:
            values = (self._live[key][1] + values) * np.float32(0.5)
        self._live[key] = view, values
        flat = chances.reshape(len(chances), -1)
        np.maximum(self._top, flat.max(1), out=self._top)
        if not self._probabilities:
            self._count(flat.argmax(0), flat.max(0))

    def complete(self, line: int) -> None:
        """Decide all pixels above `line`: every view that shows one of them was taken."""
        rows = max(1, BLOCK // self.index.shape[1])
        for start in range(self._lines, line, rows):
            self._decide(start, min(start + rows, line))
        self._lines = line
        self._live = {key: live for key, live in self._live.items() if live[0].bottom > line}

    def scores(self) -> Floats:
        """How sure the model is of each label where it wins, on average; its highest probability anywhere
        where it wins nothing. Float32 `[labels]`.
        """
        means = self._won / np.maximum(self._cells, 1)
        return np.where(self._cells > 0, means, self._top).astype(np.float32)

    def uncertainty(self) -> Uncertainty | None:
        """How unsure the model is of the pixels that are decided; None where that was not asked."""
        return self._tally.mean() if self._tally else None

    def _decide(self, start: int, stop: int) -> None:
        views = [live for live in self._live.values() if live[0].top < stop and live[0].bottom > start]
        weights = self._weights([view for view, _ in views], start, stop)
        parts = [
            (Upsampled(view, values, start, stop), weight)
            for (view, values), weight in zip(views, weights, strict=True)
        ]
        shape = (stop - start, self.index.shape[1])
        best = np.full(shape, -np.inf, np.float32)
        index = self.index[start:stop]
        total = np.empty(shape, np.float32)
        if self._tally:
            self._tally.begin(shape)
        for label in range(len(self._won)):
            total.fill(0)
            for part, weight in parts:
                total[part.place] += part.of(label) * weight
            index[total > best] = label
            np.maximum(best, total, out=best)
            if self._tally:
                self._tally.add(total)
        highest = self._tally.end() if self._tally else None
        if self._thresholds:

            def blended(label: int) -> Floats:
                found = np.zeros(shape, np.float32)
                for part, weight in parts:
                    found[part.place] += part.of(label) * weight
                return found

            index[:], best = decided(
                len(self._won), blended, self._thresholds, self._elsewhere, self._probabilities
            )
            highest = best.astype(np.float64)
        if highest is not None and self.certainty.size:
            self.certainty[start:stop] = highest
        if self._probabilities:
            self._count(index.ravel(), best.ravel())

    def _weights(self, views: Sequence[View], start: int, stop: int) -> list[Floats]:
        """What each view counts at its pixels between two lines; at each pixel they sum to 1."""
        shape = (stop - start, self.index.shape[1])
        sums = {view.variant: np.zeros(shape, np.float32) for view in views}
        raw: list[Floats] = []
        for view in views:
            top, bottom = max(view.top, start), min(view.bottom, stop)
            down = window(view.height)[top - view.top : bottom - view.top]
            raw.append(down[:, None] * window(view.width))
            sums[view.variant][_place(view, start, stop)] += raw[-1]
        return [
            weight / (sums[view.variant][_place(view, start, stop)] * len(sums))
            for view, weight in zip(views, raw, strict=True)
        ]

    def _count(self, labels: NDArray[np.integer], chances: Floats) -> None:
        number = len(self._won)
        if self._thresholds and self._elsewhere >= number:
            some = labels < number
            labels, chances = labels[some], chances[some]
        self._cells += np.bincount(labels, minlength=number)
        self._won += np.bincount(labels, weights=chances, minlength=number)


class Upsampled:
    """The lines `start` to `stop` of the image as a view sees them, label by label; `place` is where they
    lie among these lines.
    """

    def __init__(self, view: View, values: Floats, start: int, stop: int) -> None:
        top, bottom = max(view.top, start) - view.top, min(view.bottom, stop) - view.top
        self.place = _place(view, start, stop)
        self._width = view.width
        rows = values.shape[1]
        self._before, self._after, share = places(top, bottom, rows / view.height, rows)
        self._share = share[:, None]
        first = self._before[0]
        self._values = values[:, first : self._after[-1] + 1]
        self._before, self._after = self._before - first, self._after - first

    def of(self, label: int) -> Floats:
        """One label's values, float32 `[lines, view's width]`."""
        source = np.ascontiguousarray(self._values[label])
        size = (self._width, len(source))
        wide = np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_LINEAR), np.float32)
        upper, lower = wide[self._before], wide[self._after]
        lower -= upper
        lower *= self._share
        lower += upper
        return lower


def _place(view: View, start: int, stop: int) -> tuple[slice, slice]:
    top, bottom = max(view.top, start), min(view.bottom, stop)
    return slice(top - start, bottom - start), slice(view.left, view.right)


def softmax(logits: Floats) -> Floats:
    """Over the first axis."""
    powers = np.exp(logits - logits.max(0))
    return np.asarray(powers / powers.sum(0), np.float32)
