"""How far what a model answers now is from what it answered before: the population stability index. Pure.

PSI = Σ (now − reference) · ln(now / reference) over the bins of two distributions (N. Siddiqi, Credit Risk
Scorecards, Wiley 2006, "System Stability Report"): the symmetric Kullback–Leibler divergence of the two. By
the same book's rule of thumb, below 0.1 nothing changed, from 0.25 on it is a significant shift.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SOME, STRONG = 0.1, 0.25
# An empty bin would make the logarithm infinite; it counts as a ten-thousandth.
FLOOR = 1e-4


def shares(counts: Sequence[float]) -> list[float]:
    """Counts as parts of their sum; zeros where there is none."""
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]


def stability(reference: Sequence[float], now: Sequence[float]) -> float | None:
    """The PSI of two distributions over the same bins; None where one of them is empty."""
    if not sum(reference) or not sum(now):
        return None
    pairs = zip(shares(reference), shares(now), strict=True)
    floored = [(max(before, FLOOR), max(after, FLOOR)) for before, after in pairs]
    return sum((after - before) * math.log(after / before) for before, after in floored)


def level(*indices: float | None) -> str | None:
    """`none`, `some` or `strong`, by the largest index that is known; None where none is."""
    known = [index for index in indices if index is not None]
    if not known:
        return None
    worst = max(known)
    if worst < SOME:
        return "none"
    return "some" if worst < STRONG else "strong"
