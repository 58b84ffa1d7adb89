"""Probabilities of a regular grid of an image's pixels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels
from training.ml.metrics.confusion import IGNORE
from training.ml.runtimes import Floats
from training.scores.store import LEVELS

# Pixels of an image at which probabilities are looked at.
SAMPLED = 65_536


@dataclass(frozen=True)
class Sampled:
    """What the logits say at a regular grid of pixels: `probabilities` `[labels, n]`, `truth` uint8 `[n]`
    without ignored pixels.
    """

    probabilities: Floats
    truth: Pixels


def sampled(logits: Floats, truth: Pixels) -> Sampled:
    """Probabilities of the upsampled logits `[labels, h, w]` at a regular grid of at most 65,536 of the
    truth's pixels, those that are ignored left out.
    """
    height, width = truth.shape
    step = 1
    while -(-height // step) * -(-width // step) > SAMPLED:
        step += 1
    rows = np.arange(min(step // 2, height - 1), height, step)
    columns = np.arange(min(step // 2, width - 1), width, step)
    labels = truth[np.ix_(rows, columns)].ravel()
    flat = upsampled_at(logits, rows, columns, height, width).reshape(len(logits), -1)
    keep = labels != IGNORE
    if not keep.all():
        flat, labels = flat[:, keep], labels[keep]
    return Sampled(softmax(flat), labels)


def upsampled_at(
    logits: Floats, rows: npt.NDArray[Any], columns: npt.NDArray[Any], height: int, width: int
) -> Floats:
    """The logits `[labels, h, w]`, upsampled bilinearly (half-pixel centres) to `[height, width]`, at some
    rows and columns of it: float32 `[labels, rows, columns]`.
    """
    upper, lower, share = between(rows, logits.shape[1], height)
    part = mixed(logits, upper, lower, share[:, None], 1)
    left, right, share = between(columns, logits.shape[2], width)
    return mixed(part, left, right, share, 2)


def mixed(
    values: Floats, first: npt.NDArray[Any], second: npt.NDArray[Any], share: Floats, axis: int
) -> Floats:
    """From the first places of an axis to the second, by a share of the way."""
    found: Floats = values.take(second, axis)
    start = values.take(first, axis)
    found -= start
    found *= share
    found += start
    return found


def between(
    places: npt.NDArray[Any], cells: int, size: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Floats]:
    """The two cells around each place of `size`, and how far it is from the first to the second."""
    at = np.clip((places + 0.5) * (cells / size) - 0.5, 0, cells - 1)
    first = np.floor(at).astype(np.intp)
    return first, np.minimum(first + 1, cells - 1), (at - first).astype(np.float32)


def softmax(logits: Floats) -> Floats:
    """Over the first axis."""
    powers: Floats = np.exp(logits - logits.max(0))
    powers /= powers.sum(0)
    return powers


def entropy(probabilities: Floats) -> Floats:
    """Of probabilities over the first axis, 0 to 1: divided by that of all labels alike; 0 of one label."""
    if len(probabilities) < 2:
        return np.zeros(probabilities.shape[1:], np.float32)
    total: Floats = -(probabilities * np.log(np.maximum(probabilities, 1e-30))).sum(0)
    spread: Floats = total / np.float32(np.log(len(probabilities)))
    return spread


def level_counts(probabilities: Floats, truth: Pixels) -> npt.NDArray[np.int64]:
    """How many probabilities `[labels, n]` of each label lie in each of 256 equal bins, of pixels that are
    not the label and that are: int64 `[labels, 256, 2]`.
    """
    size = len(probabilities)
    # A probability of 1 is in the last bin. Twice the bin leaves room for whether it is the label.
    level = np.minimum((probabilities * LEVELS).astype(np.int32), LEVELS - 1) * 2
    level[truth, np.arange(truth.size)] += 1
    level += (np.arange(size, dtype=np.int32) * 2 * LEVELS)[:, None]
    return np.bincount(level.ravel(), minlength=size * LEVELS * 2).reshape(size, LEVELS, 2)
