"""Entropy and margin of an image, against what their formulas say when everything exists at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ml import uncertainty
from training.ml.reading import Reader
from training.ml.uncertainty import Tally, Uncertainty, of_logits, of_outputs, of_scores


def reference(probabilities: np.ndarray) -> tuple[float, float]:
    """Of probabilities `[n, h, w]`: the means of the normalised entropy and of 1 - (p1 - p2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(probabilities > 0, probabilities * np.log(probabilities), 0)
    ordered = np.sort(probabilities, axis=0)
    entropy = -parts.sum(0) / np.log(len(probabilities))
    return float(entropy.mean()), float((1 - (ordered[-1] - ordered[-2])).mean())


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits.astype(np.float64) - logits.max(0))
    return powers / powers.sum(0)


@given(
    st.integers(2, 7), st.integers(1, 9), st.integers(1, 9), st.floats(0.01, 80), st.integers(0, 2**32 - 1)
)
def test_logits(labels: int, height: int, width: int, scale: float, seed: int) -> None:
    logits = np.random.default_rng(seed).normal(size=(labels, height, width)) * scale
    found = of_logits(logits.astype(np.float32))
    expected = reference(softmax(logits.astype(np.float32)))
    assert (found.entropy, found.margin) == pytest.approx(expected, abs=1e-9)


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_probabilities(labels: int, seed: int) -> None:
    exact = np.random.default_rng(seed).dirichlet(np.ones(labels) * 0.3, size=(5, 4)).transpose(2, 0, 1)
    given_ = exact.astype(np.float32)
    tally = Tally(labels, probabilities=True)
    # Two blocks, as an image comes.
    for part in (given_[:, :2], given_[:, 2:]):
        tally.begin(part.shape[1:])
        for values in part:
            tally.add(values)
        tally.end()
    found = tally.mean()
    assert (found.entropy, found.margin) == pytest.approx(reference(exact), abs=1e-5)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    logits = np.random.default_rng(1).normal(size=(4, 33, 21)).astype(np.float32)
    whole = of_logits(logits)
    monkeypatch.setattr(uncertainty, "BLOCK", 50)
    parts = of_logits(logits)
    assert (parts.entropy, parts.margin) == pytest.approx((whole.entropy, whole.margin), abs=1e-12)


def test_known_values() -> None:
    even = np.zeros((5, 3, 3), np.float32)
    assert of_logits(even) == Uncertainty(pytest.approx(1.0), pytest.approx(1.0))
    sure = even.copy()
    sure[2] = 90
    assert of_logits(sure) == Uncertainty(pytest.approx(0.0), pytest.approx(0.0))
    # Between two of five labels: one bit of log2(5).
    torn = np.full((5, 3, 3), -np.inf, np.float32)
    torn[:2] = 1
    assert of_logits(torn) == Uncertainty(pytest.approx(1 / math.log2(5)), pytest.approx(1.0))
    # p = 3/4, 1/4.
    odds = np.zeros((2, 1, 1), np.float32)
    odds[0] = math.log(3)
    assert of_logits(odds) == Uncertainty(pytest.approx(0.811278, abs=1e-6), pytest.approx(0.5, abs=1e-6))
    assert of_logits(np.ones((1, 4, 4), np.float32)) == Uncertainty(0, 0)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_scores(scores: list[float]) -> None:
    found = of_scores(scores)
    kept = [score for score in scores if score >= 0.1]
    if not kept:
        assert found == Uncertainty(0, 0)
        return
    entropies = [-sum(p * math.log2(p) for p in (s, 1 - s) if p > 0) for s in kept]
    margins = [1 - abs(2 * s - 1) for s in kept]
    assert found.entropy == pytest.approx(sum(entropies) / len(kept), abs=1e-9)
    assert found.margin == pytest.approx(sum(margins) / len(kept), abs=1e-9)


def test_objects_that_are_not_shown_count_from_a_tenth_on() -> None:
    reader = Reader("queries", "instance", 1, frozenset(), (8, 8))
    # Probabilities of the one label and of no object; the masks are certain.
    chances = np.array([[0.5, 0.5], [0.2, 0.8], [0.05, 0.95]])
    masks = np.full((3, 8, 8), 20, np.float32)
    found = of_outputs(reader, (np.log(chances).astype(np.float32), masks))
    expected = of_scores([0.5, 0.2])
    assert found.entropy == pytest.approx(expected.entropy, abs=1e-4)
    assert found.margin == pytest.approx(expected.margin, abs=1e-4)
