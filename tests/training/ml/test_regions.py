"""What a semantic model saw as regions: together they are the mask, each with a score of its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.geometry import rle_to_mask
from tests.training.ml.test_uncertainty import softmax
from training.ml import regions
from training.ml.bundle import Label
from training.ml.regions import certainty_of, describe_regions

LABELS = (Label(0, "background"), Label(1, "window", "window-id"), Label(2, "door", "door-id"))


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.02, 0.3, 0.7]))
def test_together_they_are_the_mask(seed: int, density: float) -> None:
    random = np.random.default_rng(seed)
    index = np.where(random.random((30, 41)) < density, random.integers(1, 3, (30, 41)), 0).astype(np.uint8)
    certainty = random.random((30, 41)).astype(np.float16)
    found = describe_regions(index, certainty, LABELS)
    assert [item["id"] for item in found] == list(range(len(found)))
    painted = np.zeros_like(index)
    for item in found:
        mask = rle_to_mask(item["mask"]) > 0
        assert (painted[mask] == 0).all() and mask.sum() == item["area"]
        painted[mask] = item["class"]["index"]
        assert item["score"] == pytest.approx(certainty[mask].astype(float).mean(), abs=1e-5)
    assert (painted == index).all()


def test_one_each_largest_first_and_specks_together() -> None:
    index = np.zeros((60, 80), np.uint8)
    index[2:12, 2:12], index[20:40, 20:40], index[45:50, 3:8] = 1, 1, 1
    index[55, 70] = index[1, 79] = index[30:33, 60:63] = 1
    index[50:58, 40:50] = 2
    found = describe_regions(index, np.ones((60, 80), np.float16), LABELS, ("mask", "polygons"))
    assert [(item["class"]["name"], item["area"]) for item in found] == [
        ("window", 400),
        ("window", 100),
        ("window", 25),
        # Two pixels and a square of nine: smaller than sixteen each.
        ("window", 11),
        ("door", 80),
    ]
    assert found[3]["bbox"] == [60, 1, 20, 55] and len(found[3]["polygons"]) == 3
    assert found[0]["bbox"] == [20, 20, 20, 20]


def test_a_diagonal_is_one_and_a_lone_speck_is_a_region() -> None:
    index = np.eye(30, dtype=np.uint8)
    index[2, 20] = 2
    found = describe_regions(index, np.ones((30, 30), np.float16), LABELS)
    assert [item["area"] for item in found] == [30, 1]


def test_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "MOST", 2)
    index = np.zeros((40, 40), np.uint8)
    for number in range(4):
        index[number * 10 : number * 10 + 4 + number, 5:15] = 1
    found = describe_regions(index, np.ones((40, 40), np.float16), LABELS)
    assert [item["area"] for item in found] == [70, 60, 90]


def test_threshold_and_classes_choose() -> None:
    index = np.zeros((40, 40), np.uint8)
    index[:10, :10], index[20:30, 20:30], index[:10, 30:] = 1, 1, 2
    certainty = np.full((40, 40), 0.5, np.float16)
    certainty[:10, :10] = 0.9
    assert len(describe_regions(index, certainty, LABELS)) == 3
    assert [item["score"] for item in describe_regions(index, certainty, LABELS, threshold=0.6)] == [
        pytest.approx(0.9, abs=1e-3)
    ]
    assert {
        item["class"]["name"] for item in describe_regions(index, certainty, LABELS, classes=["door"])
    } == {"door"}


def test_certainty_is_the_probability_of_the_label() -> None:
    logits = np.random.default_rng(2).normal(size=(4, 6, 5)).astype(np.float32)
    index = logits.argmax(0).astype(np.uint8)
    found = certainty_of(logits, index)
    assert np.allclose(found, softmax(logits).max(0), atol=1e-3)
