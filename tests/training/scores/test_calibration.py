"""Expected calibration error is Guo's, and torchmetrics' where no confidence lies on a bin's edge."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.classification import multiclass_calibration_error

from training.scores.calibration import BINS, bins_of, calibration_error, reliability


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 300), st.integers(2, 6))
def test_equal_to_torchmetrics(seed: int, answers: int, labels: int) -> None:
    chance = np.random.default_rng(seed)
    probabilities = chance.dirichlet(np.full(labels, 0.4), answers).clip(1e-6, 1 - 1e-6)
    truth = chance.integers(0, labels, answers)
    bins = bins_of(probabilities.max(1), probabilities.argmax(1) == truth)
    theirs = multiclass_calibration_error(
        torch.from_numpy(probabilities), torch.from_numpy(truth), labels, n_bins=BINS, norm="l1"
    )
    assert calibration_error(bins) == pytest.approx(float(theirs), abs=1e-6)


def test_an_edge_belongs_to_the_bin_below_it() -> None:
    bins = bins_of(np.array([1 / 15, 2 / 15, 1.0, 0.0]), np.array([True, False, True, False]))
    assert bins[:, 0].nonzero()[0].tolist() == [0, 1, 14] and bins[0, 0] == 2


def test_without_an_answer_there_is_no_error() -> None:
    nothing = np.zeros((BINS, 3))
    assert np.isnan(calibration_error(nothing))
    assert {row["accuracy"] for row in reliability(nothing)} == {None}


def test_the_plot_shows_means() -> None:
    row = reliability(bins_of(np.array([0.9, 0.92]), np.array([True, False])))[13]
    assert (row["pixels"], row["accuracy"]) == (2, 0.5) and row["confidence"] == pytest.approx(0.91)
