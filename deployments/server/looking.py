"""From the network's outputs for the views of an image to what is seen in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from deployments.server.blending import Blend
from deployments.server.merging import Piece, merged, piece_of
from deployments.server.options import PICTURES, Options
from deployments.server.problems import BadInput
from deployments.server.views import View
from training.ml.bundle import Label
from training.ml.describe import describe, describe_crop, is_wanted
from training.ml.predictor import Steps
from training.ml.reading import Outputs
from training.ml.regions import Certainty, certainty_of, describe_regions
from training.ml.uncertainty import Uncertainty, of_outputs, of_scores, scores_of

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Seen:
    """The index mask uint8 `[h, w]` of an image, its predictions, the network's outputs where it looked at
    the whole image once, and how unsure it is where that was asked.
    """

    index: Pixels
    predictions: list[dict[str, Any]]
    outputs: Outputs | None = None
    uncertainty: Uncertainty | None = None


class Look(Protocol):
    """Views are taken row by row, from the top; `complete` says above which line there are no more."""

    def take(self, view: View, outputs: Outputs) -> None: ...

    def complete(self, line: int) -> None: ...

    def seen(self) -> Seen: ...


def look_at(steps: Steps, options: Options, height: int, width: int, rows: list[list[View]]) -> Look:
    """How the outputs of these views are read together."""
    if sum(map(len, rows)) == 1:
        return OneLook(steps, options, height, width)
    if steps.reader.kind == "pixels":
        return PixelLook(steps, options, height, width)
    return ObjectLook(steps, options, height, width)


def check(options: Options, steps: Steps) -> None:
    """Raises BadInput for ways of looking that such a model knows nothing of."""
    if options.augment == "scales" and steps.reader.kind != "pixels":
        message = (
            "A model of objects can look in a mirror only: its objects have no probabilities to average."
        )
        raise BadInput(f"augment: {message}", [("augment", message)])


def shapes_of(options: Options) -> tuple[str, ...]:
    """The shapes that predictions need; an overlay is outlined by polygons."""
    shapes = [output for output in options.outputs if output not in PICTURES]
    if "overlay" in options.outputs and "polygons" not in shapes:
        shapes.append("polygons")
    return tuple(shapes)


def _regions(
    options: Options, index: Pixels, certainty: Certainty, labels: Sequence[Label]
) -> list[dict[str, Any]]:
    shapes, threshold = shapes_of(options), options.threshold or 0.0
    return describe_regions(index, certainty, labels, shapes, threshold, options.classes)


class OneLook:
    """The whole image at once."""

    def __init__(self, steps: Steps, options: Options, height: int, width: int) -> None:
        self._steps = steps
        self._options = options
        self._size = (height, width)
        self._outputs: Outputs = ()

    def take(self, view: View, outputs: Outputs) -> None:
        self._outputs = outputs

    def complete(self, line: int) -> None:
        pass

    def seen(self) -> Seen:
        options = self._options
        by_region = options.regions and self._steps.reader.kind == "pixels"
        shapes = () if by_region else shapes_of(options)
        index, predictions = self._steps.answer(
            self._outputs, *self._size, shapes, options.threshold, options.classes
        )
        if by_region:
            certainty = certainty_of(self._outputs[0], index)
            predictions = _regions(options, index, certainty, self._steps.labels)
        unsure = of_outputs(self._steps.reader, self._outputs) if options.uncertainty else None
        return Seen(index, predictions, self._outputs, unsure)


class PixelLook:
    """Several views of a model that gives logits of pixels."""

    def __init__(self, steps: Steps, options: Options, height: int, width: int) -> None:
        self._labels = steps.labels
        self._options = options
        self._blend = Blend(
            height,
            width,
            len(steps.labels),
            options.augment != "off",
            options.uncertainty,
            options.regions,
            steps.bundle.by_label if options.threshold is None else {},
            steps.bundle.elsewhere,
        )

    def take(self, view: View, outputs: Outputs) -> None:
        self._blend.take(view, outputs)

    def complete(self, line: int) -> None:
        self._blend.complete(line)

    def seen(self) -> Seen:
        index, options = self._blend.index, self._options
        unsure = self._blend.uncertainty() if options.uncertainty else None
        if options.regions:
            found = _regions(options, index, self._blend.certainty, self._labels)
            return Seen(index, found, uncertainty=unsure)
        predictions = describe(
            index,
            self._blend.scores(),
            self._labels,
            shapes_of(options),
            options.threshold or 0.0,
            options.classes,
        )
        return Seen(index, predictions, uncertainty=unsure)


class ObjectLook:
    """Several views of a model that gives objects; of a panoptic task none lies on another."""

    def __init__(self, steps: Steps, options: Options, height: int, width: int) -> None:
        self._steps = steps
        self._reader = steps.reader
        self._labels = steps.labels
        self._options = options
        self._size = (height, width)
        self._pieces: list[Piece] = []
        self._scores: list[float] = []

    def take(self, view: View, outputs: Outputs) -> None:
        for found in self._steps.shown(outputs, view.height, view.width, self._options.threshold):
            piece = piece_of(found, view)
            if piece:
                self._pieces.append(piece)
        if self._options.uncertainty:
            self._scores += scores_of(self._reader, outputs)

    def complete(self, line: int) -> None:
        pass

    def seen(self) -> Seen:
        panoptic = self._reader.task == "panoptic"
        pieces = merged(self._pieces, self._reader.stuff if panoptic else frozenset(), panoptic)
        # What nobody asked for hides nothing in the mask either.
        pieces = [piece for piece in pieces if is_wanted(self._labels[piece.label], self._options.classes)]
        index = np.zeros(self._size, np.uint8)
        for piece in reversed(pieces):
            top, left, bottom, right = piece.box
            region = index[top:bottom, left:right]
            region[piece.mask > 0] = piece.label
        unsure = of_scores(self._scores) if self._options.uncertainty else None
        return Seen(index, self._described(pieces), uncertainty=unsure)

    def _described(self, pieces: list[Piece]) -> list[dict[str, Any]]:
        shapes = shapes_of(self._options)
        predictions: list[dict[str, Any]] = []
        for piece in pieces:
            corner, label = (piece.left, piece.top), self._labels[piece.label]
            described = describe_crop(piece.mask, corner, self._size, label, piece.score, shapes)
            predictions.append({"id": len(predictions), **described})
        return predictions
