"""The shapes that most people agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from statistics import median, median_low
from typing import Any

import orjson

from annotations.agreement.matching import cluster
from annotations.agreement.rasters import (
    Rle,
    Shape,
    area,
    grid,
    names_in,
    rles_of,
    visible_objects,
    whole_objects,
)
from annotations.agreement.voting import more_than_half, most_votes


@dataclass
class Elected:
    """Shapes in painting order, how many pixels had no winner, and how many objects too few people drew."""

    shapes: list[dict[str, Any]] = field(default_factory=list)
    ties: int = 0
    dropped: int = 0


def elect(
    answers: Sequence[Sequence[Shape]],
    classes: Collection[str],
    size: tuple[int, int],
    task: str,
    stuff: Collection[str] = (),
) -> Elected:
    """What most of the answers say; `size` is (height, width), what is not of `classes` is left out.

    Semantic: a mask a class of the pixels that most give it; where two labels (or a label and nothing) have
    the same number of votes, nothing. Instance: objects that more than half of the people drew, found again
    by `matching.cluster`, of each the pixels that more than half of those who drew it have; boxes alone stay
    a box, of the medians of their sides. Panoptic: stuff by pixels; things, as far as they can be seen, by
    objects.
    """
    elected = Elected()
    if task != "instance":
        _by_pixels(elected, answers, classes if task == "semantic" else {*classes} & {*stuff}, size)
    if task != "semantic":
        objects = [
            whole_objects(shapes, *size) if task == "instance" else visible_objects(shapes, stuff, *size)
            for shapes in answers
        ]
        things = [name for name in sorted(classes) if task == "instance" or name not in stuff]
        _by_objects(elected, answers, objects, things, above=1 if elected.shapes else 0)
    return elected


def _by_pixels(
    elected: Elected, answers: Sequence[Sequence[Shape]], wanted: Collection[str], size: tuple[int, int]
) -> None:
    names = names_in(answers)
    winner, elected.ties = most_votes([grid(shapes, names, *size) for shapes in answers], len(names))
    for value, rle in rles_of(winner).items():
        if names[value] in wanted:
            elected.shapes.append({"class": names[value], "mask": rle, "z": 0})


def _by_objects(
    elected: Elected,
    answers: Sequence[Sequence[Shape]],
    objects: Sequence[dict[str, list[tuple[int, Rle]]]],
    things: Sequence[str],
    above: int,
) -> None:
    """`above` lifts the objects over what is there already."""
    found: list[tuple[tuple[int, int, str, int], dict[str, Any]]] = []
    for name in things:
        lists = [each.get(name, []) for each in objects]
        for members in cluster([[rle for _, rle in listed] for listed in lists]):
            if 2 * len(members) <= len(answers):
                elected.dropped += 1
                continue
            drawn = [answers[m.person][lists[m.person][m.number][0]] for m in members]
            place = _place(drawn, [lists[m.person][m.number][1] for m in members])
            if place is None:
                elected.dropped += 1
                continue
            # Where they stand in their answers: what most have on top comes out on top.
            height = median_low([lists[m.person][m.number][0] for m in members])
            z = median_low([shape["z"] for shape in drawn])
            shape = {"class": name, **place, "z": z, "attributes": _common(drawn)}
            found.append(((z, height, name, len(found)), shape))
    found.sort(key=lambda each: each[0])
    lift = above - min((shape["z"] for _, shape in found), default=0) if above else 0
    for _, shape in found:
        elected.shapes.append({**shape, "z": shape["z"] + lift})


def _place(drawn: Sequence[Shape], rles: Sequence[Rle]) -> dict[str, Any] | None:
    """The geometry that the members of a cluster give, None where nothing is left of it."""
    if all(shape.get("bbox") is not None for shape in drawn):
        boxes = [shape["bbox"] for shape in drawn]
        left, top = median(box[0] for box in boxes), median(box[1] for box in boxes)
        right, bottom = median(box[0] + box[2] for box in boxes), median(box[1] + box[3] for box in boxes)
        return {"bbox": [left, top, right - left, bottom - top]}
    rle = more_than_half(rles)
    return {"mask": rle} if area(rle) else None


def _common(drawn: Sequence[Shape]) -> dict[str, Any]:
    """The attributes to which more than half give the same value."""
    votes: Counter[tuple[str, bytes]] = Counter()
    for shape in drawn:
        for name, value in (shape.get("attributes") or {}).items():
            votes[(name, orjson.dumps(value, option=orjson.OPT_SORT_KEYS))] += 1
    return {name: orjson.loads(value) for (name, value), n in sorted(votes.items()) if 2 * n > len(drawn)}
