"""Which images of an evaluation to look at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.scores.store import Rows, Scores
from training.scores.summary import optional

Floats = npt.NDArray[np.float64]
ORDERS = ("miou", "loss", "entropy", "confidence", "name", "iou", "pixels", "disagreement")


@dataclass(frozen=True)
class Question:
    """What a list of images is about: a label by index, a cell (truth, prediction) of the matrix, how much
    another model disagrees, float64 `[n]`.
    """

    label: int | None = None
    cell: tuple[int, int] | None = None
    disagreement: Floats | None = None


def listed(scores: Scores, rows: Rows | None, order: str, asked: Question) -> Rows:
    """The rows that the question is about in an order, `-` before its name turning it round; images without a
    value come last. Raises ValueError naming what the order needs and was not asked for.
    """
    chosen = meant(scores, rows, asked)
    name = order.removeprefix("-")
    if name == "name":
        keys: npt.NDArray[Any] = np.array(scores.names)[chosen]
        ranked = np.argsort(keys, kind="stable")
        return chosen[ranked[::-1] if order.startswith("-") else ranked]
    values = values_of(scores, name, asked)[chosen]
    # Of equal ones the first stays first, whichever way it goes.
    ranked = np.argsort(-values if order.startswith("-") else values, kind="stable")
    return chosen[ranked]


def meant(scores: Scores, rows: Rows | None, asked: Question) -> Rows:
    """The rows that the question is about: of a cell those images that have some of its pixels."""
    chosen = scores.rows() if rows is None else rows
    return chosen if asked.cell is None else chosen[scores.pixels(*asked.cell)[chosen] > 0]


def values_of(scores: Scores, name: str, asked: Question) -> Floats:
    """What an order goes by, float64 `[n]`; NaN where an image has none."""
    if name == "iou":
        if asked.label is None:
            raise ValueError("label")
        found: Floats = scores.ious[:, asked.label]
        return found
    if name == "pixels":
        if asked.cell is None:
            raise ValueError("cell")
        return scores.pixels(*asked.cell).astype(np.float64)
    if name == "disagreement":
        if asked.disagreement is None:
            raise ValueError("against")
        return asked.disagreement
    return np.asarray(getattr(scores, name), np.float64)


def described(scores: Scores, rows: Rows, asked: Question) -> list[dict[str, Any]]:
    """The rows as the API shows them; `pixels` are those of the cell, `share` their part of the truth's."""
    pixels = None if asked.cell is None else scores.pixels(*asked.cell)
    return [_described(scores, int(row), asked, pixels) for row in rows]


def _described(scores: Scores, row: int, asked: Question, pixels: Any) -> dict[str, Any]:
    truth = 0 if asked.cell is None else int(scores.sums[row, asked.cell[0], 1])
    return {
        "asset": scores.assets[row],
        "name": scores.names[row],
        "width": int(scores.sizes[row, 1]),
        "height": int(scores.sizes[row, 0]),
        "miou": optional(scores.miou[row]),
        "loss": optional(scores.loss[row]),
        "confidence": optional(scores.confidence[row]),
        "entropy": optional(scores.entropy[row]),
        "iou": None if asked.label is None else optional(scores.ious[row, asked.label]),
        "pixels": None if pixels is None else int(pixels[row]),
        "share": None if pixels is None else float(pixels[row] / max(truth, 1)),
        "disagreement": None if asked.disagreement is None else optional(asked.disagreement[row]),
    }
