"""Precision, recall and F1 over the threshold are those that loops count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.scores.made import made_scores
from training.ml.deciding import decided
from training.scores.store import LEVELS
from training.scores.thresholds import curve, curves


def histogram(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    found = np.zeros((LEVELS, 2), np.int64)
    np.add.at(found, (np.minimum((scores * LEVELS).astype(int), LEVELS - 1), right.astype(int)), 1)
    return found


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(0, 10))
def test_points_are_counted(seed: int, found: int, missed: int) -> None:
    chance = np.random.default_rng(seed)
    scores, right = chance.random(found), chance.random(found) < 0.6
    wanted = int(right.sum()) + missed
    for point in curve(histogram(scores, right), wanted)["points"]:
        above = scores >= point["threshold"]
        tp, given_ones = int((above & right).sum()), int(above.sum())
        assert point["precision"] == (pytest.approx(tp / given_ones, abs=1e-6) if given_ones else None)
        assert point["recall"] == (pytest.approx(tp / wanted, abs=1e-6) if wanted else None)
        if wanted:
            assert point["f1"] == pytest.approx(2 * tp / (given_ones + wanted), abs=1e-6)


def test_average_precision_is_the_step_sum() -> None:
    scores, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, True])
    expected = (1 / 1) * (1 / 3) + (2 / 3) * (1 / 3) + (3 / 4) * (1 / 3)
    assert curve(histogram(scores, right), 3)["average_precision"] == pytest.approx(expected)


def test_the_best_is_the_highest_f1() -> None:
    made = curve(histogram(np.array([0.9, 0.8, 0.3]), np.array([True, True, False])), 2)
    assert made["best"]["f1"] == 1.0 and 0.3 < made["best"]["threshold"] <= 0.8
    assert curve(np.zeros((LEVELS, 2), np.int64), 0)["best"] is None


def test_the_background_has_no_curve() -> None:
    shown = curves(made_scores(3), {"class-1": 0.4})
    assert [(row["id"], row["chosen"]) for row in shown["classes"]] == [("class-1", 0.4), ("class-2", None)]
    assert shown["unit"] == "pixels"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.booleans(), st.data())
def test_pixels_get_the_label_that_the_thresholds_give(
    seed: int, labels: int, probabilities: bool, data: st.DataObject
) -> None:
    chance = np.random.default_rng(seed)
    logits = chance.normal(0, 2, (labels, 4, 5)).astype(np.float32)
    chances = np.exp(logits) / np.exp(logits).sum(0)
    background = data.draw(st.booleans())
    elsewhere = 0 if background else 255
    thresholds = data.draw(st.dictionaries(st.integers(int(background), labels - 1), st.floats(0, 1)))
    values = chances if probabilities else logits
    index, given_chance = decided(labels, lambda label: values[label], thresholds, elsewhere, probabilities)
    for y in range(4):
        for x in range(5):
            p = chances[:, y, x]
            reached = [label for label, least in thresholds.items() if p[label] >= least]
            top = int(p.argmax())
            best = max(reached, key=lambda c: p[c] / max(thresholds[c], 1e-6), default=None)
            expected = (elsewhere if top in thresholds else top) if best is None else best
            near = any(abs(p[label] - least) < 1e-5 for label, least in thresholds.items())
            factors = sorted(p[label] / max(thresholds[label], 1e-6) for label in reached)
            tied = len(factors) > 1 and factors[-1] - factors[-2] <= 1e-4 * factors[-1]
            assert near or tied or index[y, x] == expected
            assert given_chance[y, x] == pytest.approx(
                p[index[y, x]] if index[y, x] < labels else 0, abs=1e-5
            )


def test_without_thresholds_the_most_probable_wins() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 6, 7)).astype(np.float32)
    assert (decided(4, lambda label: logits[label], {}, 0)[0] == logits.argmax(0)).all()
