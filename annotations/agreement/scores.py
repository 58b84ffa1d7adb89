"""IoU, Cohen's kappa and F1 from counts of two people.

A score of nothing (a class that neither drew) is None.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from annotations.agreement.counting import Counts
from annotations.agreement.rasters import UNLABELLED


@dataclass(frozen=True)
class Rule:
    """What the project says about its classes: their ids in order, which of them are void, and whether pixels
    that nobody labelled are background (else they are void, too)."""

    classes: tuple[str, ...]
    ignored: frozenset[str]
    background: bool
    has_objects: bool

    @property
    def counted(self) -> list[str]:
        return [name for name in self.classes if name not in self.ignored]


def score(counts: Counts, rule: Rule) -> dict[str, Any]:
    """The scores of a pair of people (or of pooled pairs).

    Pixels that either of the two left void do not count; `coverage` is the share of those that do. With n_ab
    the pixels that the first gives a and the second b, and N their sum: IoU of a class is
    n_aa / (n_a. + n_.a - n_aa); kappa is (po - pe) / (1 - pe) with po = Σ n_aa / N and pe = Σ n_a. n_.a / N²
    (Cohen 1960), of a class with all others taken together; where pe is 1 nothing is there to agree on by
    more than chance, and it is None. `mean_iou` is over the classes that one of the two drew, without the
    background. Objects of ignored classes do not count; F1 is 2 matched / (first + second).
    """
    known = _known(rule)
    table, total = _table(counts, rule, known)
    compared = sum(table.values())
    rows, columns = _margins(table)
    labels = [*rule.counted, *([UNLABELLED] if rule.background else [])]
    classes = []
    for name in labels:
        both, a, b = table.get((name, name), 0), rows.get(name, 0), columns.get(name, 0)
        entry: dict[str, Any] = {
            "class": name or None,
            "pixels": {"first": a, "second": b, "both": both},
            "iou": _ratio(both, a + b - both),
            "kappa": _kappa([(a, b), (compared - a, compared - b)], compared - a - b + 2 * both, compared),
        }
        classes.append({**entry, **_objects(counts, [name] if name else [], rule.has_objects)})
    agreed = sum(table.get((name, name), 0) for name in known)
    return {
        "mean_iou": _mean([each["iou"] for each in classes if each["class"]]),
        "kappa": _kappa([(rows.get(n, 0), columns.get(n, 0)) for n in known], agreed, compared),
        "coverage": _ratio(compared, total),
        **_objects(counts, rule.counted, rule.has_objects),
        "classes": classes,
    }


def headline(counts: Counts, rule: Rule) -> float | None:
    """The one number that lists are ordered by: F1 where there are objects, else the mean IoU. As `score` has
    it, without the work of the rest."""
    f1: float | None = _objects(counts, rule.counted, rule.has_objects)["f1"]
    if f1 is not None:
        return f1
    table, _ = _table(counts, rule, _known(rule))
    rows, columns = _margins(table)
    ious = []
    for name in rule.counted:
        both = table.get((name, name), 0)
        ious.append(_ratio(both, rows.get(name, 0) + columns.get(name, 0) - both))
    return _mean(ious)


def mean_of(values: list[float | None]) -> float | None:
    return _mean(values)


def _known(rule: Rule) -> set[str]:
    """What is not void."""
    return {*rule.counted, *([UNLABELLED] if rule.background else [])}


def _table(counts: Counts, rule: Rule, known: Collection[str]) -> tuple[dict[tuple[str, str], int], int]:
    """The pixels that count, by what both say; and how many there are at all. What has a class that was
    deleted is as if nobody had labelled it."""
    table: dict[tuple[str, str], int] = {}
    every = set(rule.classes)
    for pair, count in counts.pixels.items():
        a, b = (name if name in every else UNLABELLED for name in pair)
        if a in known and b in known:
            table[(a, b)] = table.get((a, b), 0) + count
    return table, sum(counts.pixels.values())


def _margins(table: dict[tuple[str, str], int]) -> tuple[dict[str, int], dict[str, int]]:
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (a, b), count in table.items():
        rows[a] = rows.get(a, 0) + count
        columns[b] = columns.get(b, 0) + count
    return rows, columns


def _kappa(margins: list[tuple[int, int]], agreed: int, total: int) -> float | None:
    """In whole numbers until the last division: (N Σ n_aa - Σ n_a. n_.a) / (N² - Σ n_a. n_.a)."""
    chance = sum(a * b for a, b in margins)
    return _ratio(total * agreed - chance, total * total - chance)


def _objects(counts: Counts, names: Collection[str], has_objects: bool) -> dict[str, Any]:
    if not has_objects:
        return {"objects": None, "f1": None, "matched_iou": None}
    found = [counts.objects[name] for name in names if name in counts.objects]
    a, b, matched = (sum(row[place] for row in found) for place in range(3))
    iou = sum(row[3] for row in found)
    return {
        "objects": {"first": a, "second": b, "both": matched},
        "f1": _ratio(2 * matched, a + b),
        "matched_iou": iou / matched if matched else None,
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
