"""The arrays of one evaluation, and the file they lie in."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from training.scores.average_precision import RANGES, THRESHOLDS, Matched
from training.scores.calibration import BINS

FORMAT = "tessera-scores/1"
LEVELS = 256
# Columns of `segments`.
IMAGE, LABEL, AREA, X, Y, RIGHT, IOU, BORDER = range(8)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Objects:
    """What average precision and panoptic quality are of. The objects found lie image after image, by falling
    score within an image and label; of each IoU threshold there is a bit in `hit` and `aside` `[k, ranges]`.
    """

    image: Ints
    label: Ints
    score: Floats
    hit: npt.NDArray[np.uint16]
    aside: npt.NDArray[np.uint16]
    # What was to be found: `[p]`, `[p]` and `[p, ranges]`.
    wanted_image: Ints
    wanted_label: Ints
    wanted: Ints
    # Panoptic: summed IoU, matched, wrong and missed segments, `[n, labels, 4]`; `[0, 0, 4]` else.
    segments: Floats

    @cached_property
    def rank(self) -> Ints:
        """The place of each object found within its image and label."""
        if not len(self.image):
            return np.zeros(0, np.int64)
        new = np.ones(len(self.image), bool)
        new[1:] = (np.diff(self.image) != 0) | (np.diff(self.label) != 0)
        starts = np.flatnonzero(new)
        return np.arange(len(new)) - starts[np.cumsum(new) - 1]


def no_objects() -> Objects:
    """Of a model that labels pixels."""
    none = np.zeros(0, np.int64)
    bits = np.zeros((0, len(RANGES)), np.uint16)
    wanted = np.zeros((0, len(RANGES)), np.int64)
    return Objects(none, none, np.zeros(0), bits, bits, none, none, wanted, np.zeros((0, 0, 4)))


@dataclass(frozen=True)
class Scores:
    """Counts of n images over L labels. What goes over probabilities is of a regular grid of pixels of each
    image, whose truth counts.

    - `labels` `{"index", "name", "id", "color", "stuff"}`, id None of the background; `task` and `reading` as
      of a bundle
    - `assets`, `names`, `sizes` int32 `[n, 2]` height and width
    - the confusion matrix of image i: `cell[start[i]:start[i + 1]]`, each truth * L + prediction, with
      `count` pixels
    - `boundary` `[n, L, 4]`: boundary pixels of the truth that are matched, all, and of the prediction
    - `loss`, `confidence`, `entropy` float32 `[n]`, means; NaN where there is nothing to take it of
    - `label_scores` float32 `[n, L]`: how sure the model is of each label where it gives it; of objects
      the best score
    - `bins` `[n, 15, 3]`, as `calibration.bins_of`
    - `histogram` `[L, 256, 2]`: how many scores of a label lie in each of 256 equal bins, of pixels that are
      not and that are the label; of objects, of wrong ones and of right ones at an IoU of 0.5. `wanted` `[L]`
      is what recall is over
    - `segments` `[s, 8]`: connected parts of a label in the truth, or its objects: image, label, area, centre
      x and y from 0 to 1, share of its pixels that are right, best IoU of an object found (NaN of pixels),
      whether it touches the image's border
    """

    labels: tuple[dict[str, Any], ...]
    task: str
    reading: str
    assets: tuple[str, ...]
    names: tuple[str, ...]
    sizes: npt.NDArray[np.int32]
    start: Ints
    cell: npt.NDArray[np.int32]
    count: Ints
    boundary: Ints
    loss: npt.NDArray[np.float32]
    confidence: npt.NDArray[np.float32]
    entropy: npt.NDArray[np.float32]
    label_scores: npt.NDArray[np.float32]
    bins: Floats
    histogram: Ints
    wanted: Ints
    segments: Floats
    objects: Objects = field(default_factory=no_objects)

    def __len__(self) -> int:
        return len(self.assets)

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each asset."""
        return {asset: place for place, asset in enumerate(self.assets)}

    def rows(self, assets: Collection[str] | None = None) -> Rows:
        """The rows of these assets, of all by default; assets that were not evaluated have none."""
        if assets is None:
            return np.arange(len(self))
        return np.array(sorted(self.places[a] for a in set(assets) if a in self.places), np.intp)

    @cached_property
    def image(self) -> Ints:
        """The row that each cell belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def matrix(self, rows: Rows | None = None) -> Ints:
        """The confusion matrix int64 `[L, L]` of some images, of all by default."""
        size = len(self.labels)
        chosen = slice(None) if rows is None else member(self.image, rows, len(self))
        total = np.zeros(size * size, np.int64)
        np.add.at(total, self.cell[chosen], self.count[chosen])
        return total.reshape(size, size)

    @cached_property
    def sums(self) -> Ints:
        """Right pixels, pixels of the truth and of the prediction, of each image and label: int64 `[n, L,
        3]`.
        """
        size = len(self.labels)
        truth, given = np.divmod(self.cell.astype(np.int64), size)
        rows = self.image * size
        found = np.zeros((3, len(self) * size), np.int64)
        right = truth == given
        np.add.at(found[0], (rows + truth)[right], self.count[right])
        np.add.at(found[1], rows + truth, self.count)
        np.add.at(found[2], rows + given, self.count)
        return found.T.reshape(len(self), size, 3)

    @cached_property
    def ious(self) -> Floats:
        """IoU of each image and label, float64 `[n, L]`; NaN where the label is in neither mask."""
        right, truth, given = np.moveaxis(self.sums.astype(np.float64), -1, 0)
        union = truth + given - right
        return np.where(union > 0, right / np.maximum(union, 1), np.nan)

    @cached_property
    def miou(self) -> Floats:
        """Mean IoU of each image over the labels in it, float64 `[n]`; NaN where there is none."""
        known = ~np.isnan(self.ious)
        total = np.nansum(self.ious, 1)
        return np.where(known.any(1), total / np.maximum(known.sum(1), 1), np.nan)

    def pixels(self, truth: int, prediction: int) -> Ints:
        """Pixels of one cell of the matrix in each image, int64 `[n]`."""
        found = np.zeros(len(self), np.int64)
        chosen = self.cell == truth * len(self.labels) + prediction
        found[self.image[chosen]] = self.count[chosen]
        return found

    def matched(self, weights: Floats | None = None) -> list[Matched | None]:
        """The objects of each label for `average_precision`, each image as often as `weights` `[n]` says."""
        times = np.ones(len(self)) if weights is None else weights
        found: list[Matched | None] = []
        for label in range(len(self.labels)):
            mine = (self.objects.label == label) & (times[self.objects.image] > 0)
            to_find = (self.objects.wanted_label == label) & (times[self.objects.wanted_image] > 0)
            if not mine.any() and not to_find.any():
                found.append(None)
                continue
            wanted = self.objects.wanted[to_find] * times[self.objects.wanted_image[to_find], None]
            found.append(
                Matched(
                    scores=self.objects.score[mine],
                    rank=self.objects.rank[mine],
                    hit=unpacked(self.objects.hit[mine]),
                    set_aside=unpacked(self.objects.aside[mine]),
                    positives=wanted.sum(0),
                    weights=None if weights is None else times[self.objects.image[mine]],
                )
            )
        return found


def member(of: Ints, rows: Rows, size: int) -> npt.NDArray[np.bool_]:
    """Which of `of` are among the rows."""
    chosen = np.zeros(size, bool)
    chosen[rows] = True
    return chosen[of]


def packed(bits: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint16]:
    """`[ranges, thresholds, n]` to `[n, ranges]`."""
    powers = 1 << np.arange(len(THRESHOLDS))
    return (bits * powers[:, None]).sum(1).T.astype(np.uint16)


def unpacked(words: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """`[n, ranges]` to `[ranges, thresholds, n]`."""
    powers = (1 << np.arange(len(THRESHOLDS))).astype(np.uint16)
    return (words.T[:, None, :] & powers[:, None]) != 0


ARRAYS: dict[str, Any] = {
    "sizes": np.int32,
    "start": np.int64,
    "cell": np.int32,
    "count": np.int64,
    "boundary": np.int64,
    "loss": np.float32,
    "confidence": np.float32,
    "entropy": np.float32,
    "label_scores": np.float32,
    "bins": np.float64,
    "histogram": np.int64,
    "wanted": np.int64,
    "segments": np.float64,
}
OBJECTS: dict[str, Any] = {
    "image": np.int64,
    "label": np.int64,
    "score": np.float64,
    "hit": np.uint16,
    "aside": np.uint16,
    "wanted_image": np.int64,
    "wanted_label": np.int64,
    "wanted": np.int64,
    "segments": np.float64,
}


def write_scores(target: Path | IO[bytes], scores: Scores) -> None:
    """Write them as one compressed `.npz`."""
    words = {
        "format": FORMAT,
        "labels": list(scores.labels),
        "task": scores.task,
        "reading": scores.reading,
        "assets": list(scores.assets),
        "names": list(scores.names),
    }
    arrays = {name: getattr(scores, name) for name in ARRAYS}
    arrays |= {f"objects.{name}": getattr(scores.objects, name) for name in OBJECTS}
    told = np.frombuffer(json.dumps(words).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, words=told, **arrays)
    if isinstance(target, Path):
        target.write_bytes(buffer.getvalue())
    else:
        target.write(buffer.getvalue())


def read_scores(source: Path | IO[bytes]) -> Scores:
    """Read them. Raises ValueError where the file is damaged or none of these; nothing in it is unpickled."""
    try:
        with np.load(source, allow_pickle=False) as file:
            words = json.loads(file["words"].tobytes())
            if words["format"] != FORMAT:
                raise ValueError(f"the format is {words['format']!r}, not {FORMAT!r}")
            arrays = {name: file[name].astype(kind, copy=False) for name, kind in ARRAYS.items()}
            parts = {name: file[f"objects.{name}"].astype(kind, copy=False) for name, kind in OBJECTS.items()}
    except (OSError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"not readable as scores: {error}") from error
    scores = Scores(
        labels=tuple(words["labels"]),
        task=words["task"],
        reading=words["reading"],
        assets=tuple(words["assets"]),
        names=tuple(words["names"]),
        **arrays,
        objects=Objects(**parts),
    )
    check(scores)
    return scores


def check(scores: Scores) -> None:
    """Raises ValueError where the arrays do not fit each other."""
    images, labels = len(scores.assets), len(scores.labels)
    shapes: Sequence[tuple[str, tuple[int, ...]]] = (
        ("sizes", (images, 2)),
        ("start", (images + 1,)),
        ("boundary", (images, labels, 4)),
        ("loss", (images,)),
        ("confidence", (images,)),
        ("entropy", (images,)),
        ("label_scores", (images, labels)),
        ("bins", (images, BINS, 3)),
        ("histogram", (labels, LEVELS, 2)),
        ("wanted", (labels,)),
        ("segments", (len(scores.segments), 8)),
    )
    for name, shape in shapes:
        if getattr(scores, name).shape != shape:
            raise ValueError(f"{name} is {getattr(scores, name).shape}, not {shape}")
    cells = scores.cell
    if len(cells) != scores.start[-1] or len(cells) != len(scores.count):
        raise ValueError("the cells do not fit the images")
    if len(cells) and not (0 <= int(cells.min()) <= int(cells.max()) < labels * labels):
        raise ValueError("a cell is outside the matrix")
