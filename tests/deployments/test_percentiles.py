"""Percentiles out of buckets are those of answers spread evenly within each."""

from __future__ import annotations

import numpy as np
import pytest

from deployments.histograms import added, percentile
from deployments.server.buckets import LATENCIES


def reference(counts: list[int], share: float) -> float:
    """The same by numpy: the share's place on the straight lines through the cumulated counts."""
    filled = [place for place, count in enumerate(counts[: len(LATENCIES)]) if count]
    bounds = np.array([0.0, *LATENCIES])
    cumulated = np.concatenate([[0], np.cumsum(counts[: len(LATENCIES)])])
    rank = share * sum(counts)
    if rank > cumulated[-1]:
        return LATENCIES[-1] * 1000
    bucket = next(place for place in filled if cumulated[place + 1] >= rank)
    ends = cumulated[bucket : bucket + 2], bounds[bucket : bucket + 2]
    return float(np.interp(rank, *ends)) * 1000


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_they_equal_a_reference_in_numpy(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    counts = (random.integers(0, 50, len(LATENCIES) + 1) * random.integers(0, 2, len(LATENCIES) + 1)).tolist()
    counts[seed % len(counts)] += 1
    assert percentile(counts, share) == pytest.approx(reference(counts, share), abs=0.006)


def test_they_are_near_those_of_the_answers_themselves() -> None:
    seconds = np.random.default_rng(0).gamma(4, 0.02, 20_000)
    counts = np.histogram(seconds, [0, *LATENCIES, np.inf])[0].tolist()
    for share in (0.5, 0.95, 0.99):
        exact = float(np.quantile(seconds, share)) * 1000
        within = next(bound for bound in LATENCIES if bound * 1000 >= exact)
        below = max((bound for bound in LATENCIES if bound < within), default=0)
        found = percentile(counts, share)
        assert found is not None and below * 1000 <= found <= within * 1000


def test_of_nothing_there_is_none_and_beyond_the_last_bound_nothing_is_known() -> None:
    assert percentile([], 0.5) is None and percentile([0] * 16, 0.5) is None
    assert percentile([0] * 15 + [3], 0.5) == LATENCIES[-1] * 1000


def test_histograms_add_up_bucket_by_bucket() -> None:
    assert added([[1, 2], [0, 5, 7]])[:4] == [1, 7, 7, 0]
