"""Boundary F1 forgives what is within its tolerance and nothing else."""

import numpy as np
import pytest

from training.ml.metrics import BoundaryCounts


def square(offset: int, size: int = 200) -> np.ndarray:
    mask = np.zeros((size, size), np.uint8)
    mask[60 + offset : 140 + offset, 60:140] = 1
    return mask


@pytest.mark.parametrize(("offset", "expected"), [(0, 1.0), (2, 1.0)])
def test_close_outlines_match(offset: int, expected: float) -> None:
    counts = BoundaryCounts(2)
    counts.add(square(0), square(offset))
    assert counts.f1().tolist() == [expected, expected]


def test_a_shift_costs_the_edges_that_moved() -> None:
    counts = BoundaryCounts(2)
    counts.add(square(0), square(10))
    assert 0.35 < counts.f1()[1] < 0.65


def test_a_missed_object_scores_zero_and_an_absent_one_nothing() -> None:
    counts = BoundaryCounts(3)
    counts.add(square(0), np.zeros((200, 200), np.uint8))
    assert counts.f1()[1] == 0.0
    assert np.isnan(counts.f1()[2])
