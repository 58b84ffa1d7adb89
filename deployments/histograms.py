"""Percentiles of latencies that were counted in buckets. Pure.

A bucket says how many answers took longer than the bound before it and no longer than its own; within it they
are taken as evenly spread, as Prometheus' `histogram_quantile` does. What lies above the last bound counts as
that bound: no more is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deployments.server.buckets import LATENCIES


def added(histograms: Iterable[Sequence[int]]) -> list[int]:
    """The sum of histograms, bucket by bucket; a shorter one counts as filled up with zeros."""
    total = [0] * (len(LATENCIES) + 1)
    for counts in histograms:
        for bucket, count in enumerate(counts[: len(total)]):
            total[bucket] += count
    return total


def percentile(counts: Sequence[int], share: float) -> float | None:
    """Milliseconds that `share` (0…1) of the answers took at most; None without answers."""
    total = sum(counts)
    if not total:
        return None
    rank, below, low = share * total, 0, 0.0
    for bound, count in zip(LATENCIES, counts, strict=False):
        if count and below + count >= rank:
            return round((low + (bound - low) * (rank - below) / count) * 1000, 2)
        below, low = below + count, bound
    return round(LATENCIES[-1] * 1000, 2)
