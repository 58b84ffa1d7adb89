"""Which kinds of images and objects a model is worse at than at the rest, beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from training.scores import bootstrap
from training.scores.store import AREA, BORDER, IMAGE, IOU, LABEL, RIGHT, Rows, Scores, X, Y
from training.scores.summary import mean_of

# Fewer images say nothing.
LEAST = 5
# The share of false alarms among what is called worse (Benjamini and Hochberg 1995).
FALSE_ALARMS = 0.05
DRAWS = 1000
SEED = 1
SMALL, MEDIUM = 32**2, 96**2
COLUMNS, LINES = ("left", "centre", "right"), ("top", "middle", "bottom")

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Slice:
    """Which images, or which segments of the truth, belong to it: bool `[n]` or `[s]`; `filters` are those of
    the list of assets that leave the same images.
    """

    value: str
    title: str
    members: Bits
    filters: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Dimension:
    name: str
    title: str
    unit: str
    slices: Sequence[Slice] = field(default_factory=tuple)


def segment_dimensions(scores: Scores, rows: Rows) -> list[Dimension]:
    """By class, size, share of the image, position and border of the truth's segments in these images."""
    segments = scores.segments
    mine = chosen(scores, rows)[segments[:, IMAGE].astype(np.intp)] if len(segments) else np.zeros(0, bool)
    area, label = segments[:, AREA], segments[:, LABEL]
    classes = [
        Slice(str(each["id"]), each["name"], mine & (label == each["index"]))
        for each in scores.labels
        if each["id"] is not None
    ]
    sizes = [
        Slice("small", "up to 32²", mine & (area <= SMALL)),
        Slice("medium", "32² to 96²", mine & (area > SMALL) & (area <= MEDIUM)),
        Slice("large", "over 96²", mine & (area > MEDIUM)),
    ]
    column = np.clip((segments[:, X] * 3).astype(int), 0, 2)
    line = np.clip((segments[:, Y] * 3).astype(int), 0, 2)
    places = [
        Slice(f"{down}-{across}", f"{down} {across}", mine & (line == i) & (column == j))
        for i, down in enumerate(LINES)
        for j, across in enumerate(COLUMNS)
    ]
    border = [
        Slice("cut", "touches the border", mine & (segments[:, BORDER] > 0)),
        Slice("whole", "lies inside", mine & (segments[:, BORDER] == 0)),
    ]
    size = scores.sizes.astype(np.float64).prod(1)[segments[:, IMAGE].astype(np.intp)]
    share = quarters(
        area / size * 100, np.flatnonzero(mine), "object_share", "Share of the image, in %", 2, "objects"
    )
    return [
        Dimension("class", "Class", "objects", classes),
        Dimension("object_size", "Size of objects, in pixels", "objects", sizes),
        share,
        Dimension("position", "Where objects lie", "objects", places),
        Dimension("border", "Image border", "objects", border),
    ]


def count_dimension(scores: Scores, rows: Rows) -> Dimension:
    """By how many segments an image has."""
    here = chosen(scores, rows)
    counts = np.bincount(scores.segments[:, IMAGE].astype(np.intp), minlength=len(scores))
    ranges = (("0", 0, 0), ("1", 1, 1), ("2–5", 2, 5), ("6–20", 6, 20), ("over 20", 21, 10**9))
    slices = [Slice(name, name, here & (counts >= low) & (counts <= high)) for name, low, high in ranges]
    return Dimension("objects", "Objects in the image", "images", slices)


def quarters(
    values: Floats, rows: Rows, name: str, title: str, digits: int = 2, unit: str = "images"
) -> Dimension:
    """By quarters of a number that images (or segments) have, float64 `[n]`, NaN where one has none; `rows`
    are those to divide.
    """
    known = rows[~np.isnan(values[rows])]
    if len(known) < 4 * LEAST:
        return Dimension(name, title, unit)
    edges = np.unique(np.quantile(values[known], [0, 0.25, 0.5, 0.75, 1]))
    place = np.searchsorted(edges[1:-1], values, side="right")
    slices = []
    for number in range(len(edges) - 1):
        members = np.zeros(len(values), bool)
        members[known] = place[known] == number
        shown = f"{edges[number]:.{digits}f} to {edges[number + 1]:.{digits}f}"
        slices.append(Slice(str(number + 1), shown, members))
    return Dimension(name, title, unit, slices if len(slices) > 1 else ())


def measured(scores: Scores, rows: Rows, dimensions: Sequence[Dimension]) -> list[dict[str, Any]]:
    """Every slice that has a member: its metric with an interval, its difference to the rest and the chance
    to see one as bad by accident.

    Of images the metric is the mean IoU, of objects the mean share of their pixels that are right (of models
    of objects their best IoU). Images are drawn with replacement; `p` is the share of draws in which the
    slice is no worse than the rest (a one-sided bootstrap test, Efron and Tibshirani 1993, chapter 16), never
    0. `significant` are those that stay below a false discovery rate of 0.05 over all slices.
    """
    times = drawn(len(rows))
    images = scores.sums[rows].reshape(len(rows), -1).astype(np.float64)
    whole = times.T @ images
    found = []
    for dimension in dimensions:
        if dimension.unit == "images":
            here = [each for each in dimension.slices if each.members[rows].any()]
            shown = [by_images(scores, rows, times, images, whole, each) for each in here]
        else:
            here = [each for each in dimension.slices if each.members.any()]
            shown = by_segments(scores, rows, times, here)
        if len(shown) > 1:
            head = {"name": dimension.name, "title": dimension.title, "unit": dimension.unit}
            found.append({**head, "slices": shown})
    mark(found)
    return found


def drawn(images: int) -> Floats:
    """How often each image counts, float64 `[n, 1 + draws]`: once in the first column, which is what was
    measured, and in the others as often as it was drawn.
    """
    times = np.ones((images, 1 + DRAWS))
    done = 1
    for block in bootstrap.weights(images, DRAWS, SEED) if images else ():
        times[:, done : done + len(block)] = block.T
        done += len(block)
    return times


def by_images(
    scores: Scores, rows: Rows, times: Floats, images: Floats, whole: Floats, one: Slice
) -> dict[str, Any]:
    """A slice of images; `images` are their sums `[n, 3 L]` and `whole` those of all, `[1 + draws, 3 L]`.
    The rest is what all have and the slice has not: counts, so that nothing is lost by subtracting.
    """
    inside = np.flatnonzero(one.members[rows])
    inner = times[inside].T @ images[inside]

    def metric(sums: Floats) -> Floats:
        right, truth, given = np.moveaxis(sums.reshape(len(sums), len(scores.labels), 3), -1, 0)
        union = truth + given - right
        return mean_of(np.where(union > 0, right / np.maximum(union, 1), np.nan))

    return described(one, len(inside), len(inside), metric(inner), metric(whole - inner))


def by_segments(scores: Scores, rows: Rows, times: Floats, slices: Sequence[Slice]) -> list[dict[str, Any]]:
    """Slices of the truth's segments; what is drawn are their images."""
    values = scores.segments[:, RIGHT if scores.reading == "pixels" else IOU]
    place = np.full(len(scores), -1)
    place[rows] = np.arange(len(rows))
    image = place[scores.segments[:, IMAGE].astype(np.intp)]
    # Of each image, for all its segments and for those of each slice: what they sum to, and their number.
    table = np.zeros((len(rows), 1 + len(slices), 2))
    for column, members in enumerate([image >= 0, *(one.members & (image >= 0) for one in slices)]):
        mine = image[members]
        table[:, column, 0] = np.bincount(mine, weights=values[members], minlength=len(rows))
        table[:, column, 1] = np.bincount(mine, minlength=len(rows))
    totals = (times.T @ table.reshape(len(rows), -1)).reshape(-1, 1 + len(slices), 2)

    def share(pair: Floats) -> Floats:
        summed, count = pair.T
        return np.where(count > 0, summed / np.maximum(count, 1), np.nan)

    found = []
    for column, one in enumerate(slices, 1):
        inner, rest = totals[:, column], totals[:, 0] - totals[:, column]
        images = int((table[:, column, 1] > 0).sum())
        found.append(described(one, int(inner[0, 1]), images, share(inner), share(rest)))
    return found


def described(one: Slice, count: int, images: int, mine: Floats, others: Floats) -> dict[str, Any]:
    """A slice as the API shows it, of the metric of its members and of the rest, `[1 + draws]` each;
    `significant` is set once all slices are known.
    """
    value, rest = mine[0], others[0]
    mine, others = mine[1:], others[1:]
    both = ~np.isnan(mine) & ~np.isnan(others)
    draws = int(both.sum())
    chance = None
    if images >= LEAST and draws and not np.isnan(value) and not np.isnan(rest):
        chance = (1 + int((mine[both] >= others[both]).sum())) / (1 + draws)
    interval = bootstrap.interval(mine) if images > 1 else None
    return {
        "value": one.value,
        "title": one.title,
        "count": count,
        "metric": None if np.isnan(value) else float(value),
        "interval": None if interval is None else list(interval),
        "difference": None if np.isnan(value) or np.isnan(rest) else float(value - rest),
        "p": chance,
        "significant": False,
        "filters": None if one.filters is None else dict(one.filters),
    }


def mark(dimensions: list[dict[str, Any]]) -> None:
    """Set `significant` by the step-up procedure of Benjamini and Hochberg (1995, section 3.1)."""
    tested = [one for each in dimensions for one in each["slices"] if one["p"] is not None]
    tested.sort(key=lambda one: one["p"])
    last = 0
    for rank, one in enumerate(tested, 1):
        if one["p"] <= rank / len(tested) * FALSE_ALARMS:
            last = rank
    for one in tested[:last]:
        one["significant"] = one["difference"] < 0


def chosen(scores: Scores, rows: Rows) -> Bits:
    """Which images the rows are, bool `[n]`."""
    found = np.zeros(len(scores), bool)
    found[rows] = True
    return found
