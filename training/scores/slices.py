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
    """By class, size, position and border of the truth's segments in these images."""
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
    return [
        Dimension("class", "Class", "objects", classes),
        Dimension("object_size", "Size of objects, in pixels", "objects", sizes),
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


def quarters(values: Floats, rows: Rows, name: str, title: str, digits: int = 2) -> Dimension:
    """By quarters of a number that images have, float64 `[n]`, NaN where one has none."""
    known = rows[~np.isnan(values[rows])]
    if len(known) < 4 * LEAST:
        return Dimension(name, title, "images")
    edges = np.unique(np.quantile(values[known], [0, 0.25, 0.5, 0.75, 1]))
    place = np.searchsorted(edges[1:-1], values, side="right")
    slices = []
    for number in range(len(edges) - 1):
        members = np.zeros(len(values), bool)
        members[known] = place[known] == number
        shown = f"{edges[number]:.{digits}f} to {edges[number + 1]:.{digits}f}"
        slices.append(Slice(str(number + 1), shown, members))
    return Dimension(name, title, "images", slices if len(slices) > 1 else ())


def measured(scores: Scores, rows: Rows, dimensions: Sequence[Dimension]) -> list[dict[str, Any]]:
    """Every slice that has a member: its metric with an interval, its difference to the rest and the chance
    to see one as bad by accident.

    Of images the metric is the mean IoU, of objects the mean share of their pixels that are right (of models
    of objects their best IoU). Images are drawn with replacement; `p` is the share of draws in which the
    slice is no worse than the rest (a one-sided bootstrap test, Efron and Tibshirani 1993, chapter 16), never
    0. `significant` are those that stay below a false discovery rate of 0.05 over all slices.
    """
    draws = np.concatenate(list(bootstrap.weights(len(rows), DRAWS, SEED))) if len(rows) else np.zeros((0, 0))
    found = []
    for dimension in dimensions:
        judge = by_images if dimension.unit == "images" else by_segments
        here = chosen(scores, rows) if dimension.unit == "images" else True
        shown = [judge(scores, rows, draws, one) for one in dimension.slices if (one.members & here).any()]
        if len(shown) > 1:
            head = {"name": dimension.name, "title": dimension.title, "unit": dimension.unit}
            found.append({**head, "slices": shown})
    mark(found)
    return found


def by_images(scores: Scores, rows: Rows, draws: Floats, one: Slice) -> dict[str, Any]:
    """A slice of images."""
    inside = one.members[rows]
    sums = scores.sums[rows].reshape(len(rows), -1).astype(np.float64)

    def metric(times: Floats) -> Floats:
        shape = (len(times), len(scores.labels), 3)
        right, truth, given = np.moveaxis((times @ sums).reshape(shape), -1, 0)
        union = truth + given - right
        return mean_of(np.where(union > 0, right / np.maximum(union, 1), np.nan))

    return judged(one, inside, int(inside.sum()), draws, metric)


def by_segments(scores: Scores, rows: Rows, draws: Floats, one: Slice) -> dict[str, Any]:
    """A slice of the truth's segments; what is drawn are their images."""
    column = RIGHT if scores.reading == "pixels" else IOU
    values = scores.segments[:, column]
    place = np.full(len(scores), -1)
    place[rows] = np.arange(len(rows))
    image = place[scores.segments[:, IMAGE].astype(np.intp)]
    here = image >= 0

    def totals(members: Bits) -> tuple[Floats, Floats]:
        mine = members & here
        size = len(rows)
        summed = np.bincount(image[mine], weights=values[mine], minlength=size)
        return summed.astype(np.float64), np.bincount(image[mine], minlength=size).astype(np.float64)

    inner, outer = totals(one.members), totals(~one.members)

    def share(pair: tuple[Floats, Floats], times: Floats) -> Floats:
        count = times @ pair[1]
        return np.where(count > 0, (times @ pair[0]) / np.maximum(count, 1), np.nan)

    whole = np.ones((1, len(rows)))
    images = int((inner[1] > 0).sum())
    return described(
        one,
        int(inner[1].sum()),
        images,
        share(inner, whole)[0],
        share(outer, whole)[0],
        share(inner, draws),
        share(outer, draws),
    )


def judged(one: Slice, inside: Bits, count: int, draws: Floats, metric: Any) -> dict[str, Any]:
    """A slice of images, by a metric of weights `[r, n]`."""
    whole = np.ones((1, len(inside)))
    return described(
        one,
        count,
        count,
        metric(whole * inside)[0],
        metric(whole * ~inside)[0],
        metric(draws * inside),
        metric(draws * ~inside),
    )


def described(
    one: Slice, count: int, images: int, value: float, rest: float, drawn: Floats, others: Floats
) -> dict[str, Any]:
    """A slice as the API shows it; `significant` is set once all slices are known."""
    both = ~np.isnan(drawn) & ~np.isnan(others)
    draws = int(both.sum())
    chance = None
    if images >= LEAST and draws and not np.isnan(value) and not np.isnan(rest):
        chance = (1 + int((drawn[both] >= others[both]).sum())) / (1 + draws)
    interval = bootstrap.interval(drawn) if images > 1 else None
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
