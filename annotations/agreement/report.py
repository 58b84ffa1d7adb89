"""Agreement over people and images: what pairs of people have in common, summed and averaged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.agreement.counting import Counts
from annotations.agreement.scores import Rule, headline, mean_of, score

NUMBERS = ("mean_iou", "kappa", "f1", "matched_iou", "coverage")
OF_A_CLASS = ("iou", "kappa", "f1", "matched_iou")


@dataclass(frozen=True)
class Compared:
    """What two people have in common in one image."""

    asset: str
    first: str
    second: str
    counts: Counts


def report(compared: Iterable[Compared], people: Sequence[str], rule: Rule) -> dict[str, Any]:
    """Scores of every pair of people, of each person, of each class and altogether.

    A pair's are those of its counts summed over images. A person's, a class's and the overall ones are plain
    means over the pairs that have one (of kappa: Light 1971). `people` gives the order of the two in a pair.
    """
    order = {person: place for place, person in enumerate(people)}
    sums: dict[tuple[str, str], Counts] = {}
    images: dict[tuple[str, str], int] = {}
    for each in compared:
        turned = order[each.first] > order[each.second]
        key = (each.second, each.first) if turned else (each.first, each.second)
        sums.setdefault(key, Counts()).add(each.counts.turned() if turned else each.counts)
        images[key] = images.get(key, 0) + 1
    keys = sorted(sums, key=lambda key: (order[key[0]], order[key[1]]))
    pairs = [{"first": a, "second": b, "assets": images[a, b], **score(sums[a, b], rule)} for a, b in keys]
    return {
        "overall": _means(pairs, NUMBERS),
        "people": [
            {"user": person, "pairs": len(own), **_means(own, NUMBERS)}
            for person in people
            for own in [[pair for pair in pairs if person in (pair["first"], pair["second"])]]
        ],
        "classes": _classes(pairs),
        "pairs": pairs,
    }


def of_image(compared: Iterable[Compared], rule: Rule) -> dict[str, Any]:
    """One image's numbers: means over its pairs, and `score`, the one to order by."""
    rows = list(compared)
    means = _means([score(each.counts, rule) for each in rows], NUMBERS)
    return {**means, "score": score_of_image(rows, rule)}


def score_of_image(compared: Iterable[Compared], rule: Rule) -> float | None:
    return mean_of([headline(each.counts, rule) for each in compared])


def _means(scores: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, float | None]:
    return {name: mean_of([each[name] for each in scores]) for name in names}


def _classes(pairs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of every class (each pair has all of them, in the same order) the means over the pairs."""
    columns = zip(*(pair["classes"] for pair in pairs), strict=True)
    return [{"class": column[0]["class"], **_means(column, OF_A_CLASS)} for column in columns]
