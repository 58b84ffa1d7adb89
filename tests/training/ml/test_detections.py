"""Detections become objects: suppression is the greedy one by its definition, masks are the upsampled ones
inside their boxes.
"""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.reading.detections import detected_objects, mask_in_box, suppressed


def iou(a: np.ndarray, b: np.ndarray) -> float:
    across = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    down = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return across * down / (areas - across * down)


def one_by_one(boxes: np.ndarray, scores: np.ndarray, outputs: np.ndarray, limit: int) -> list[int]:
    kept: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        rivals = [other for other in kept if outputs[other] == outputs[index]]
        if all(iou(boxes[index], boxes[other]) <= 0.7 for other in rivals):
            kept.append(index)
    return kept[:limit]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(1, 3), st.integers(1, 40))
def test_suppression_is_the_greedy_one(seed: int, count: int, outputs: int, limit: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.integers(-4, 12, (count, 2))
    boxes = np.concatenate([corners, corners + rng.integers(1, 9, (count, 2))], 1).astype(np.float32)
    scores = (rng.integers(0, 10, count) / 10).astype(np.float32)
    labels = rng.integers(0, outputs, count)
    assert suppressed(boxes, scores, labels, limit) == one_by_one(boxes, scores, labels, limit)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 90), st.integers(5, 90))
def test_a_mask_is_the_upsampled_one_inside_its_box(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    prototypes = rng.normal(size=(8, 7, 9)).astype(np.float32)
    coefficients = rng.normal(size=8).astype(np.float32)
    box = np.sort(rng.uniform(-10, 100, (2, 2)), 0).ravel().astype(np.float32)
    logits = np.einsum("k,khw->hw", coefficients, prototypes)
    whole = cv2.resize(logits.astype(np.float64), (width, height), interpolation=cv2.INTER_LINEAR)
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    mask = mask_in_box(coefficients, prototypes, box, height, width)
    got = np.zeros((height, width), np.uint8) if mask is None else mask
    sure = np.abs(whole) > 1e-4
    assert np.array_equal(got[sure], ((whole > 0) & inside)[sure])


def test_objects_come_by_falling_score_at_the_image_s_own_size() -> None:
    boxes = np.array([[0, 0, 16, 16], [32, 32, 64, 64], [1, 0, 16, 16], [0, 0, 16, 16]], np.float32)
    scores = np.array([[0.6, 0.0], [0.9, 0.0], [0.5, 0.0], [0.2, 0.7]], np.float32)
    coefficients = np.ones((4, 1), np.float32)
    prototypes = np.ones((1, 16, 16), np.float32)
    found = list(detected_objects(boxes, scores, coefficients, prototypes, 1, (64, 64), 32, 128, 0.0, 100))
    assert [(item.label, pytest.approx(item.score)) for item in found] == [(1, 0.9), (2, 0.7), (1, 0.6)]
    assert all(item.mask.shape == (32, 128) and item.mask.dtype == np.uint8 for item in found)
    assert found[0].mask[16:, 64:].all() and found[0].mask.sum() == 16 * 64
    assert found[2].mask[:8, :32].all() and found[2].mask.sum() == 8 * 32


def test_the_threshold_and_the_limit_cut() -> None:
    boxes = np.array([[0, 0, 8, 8], [16, 0, 24, 8], [32, 0, 40, 8]], np.float32)
    scores = np.array([[0.4], [0.5], [0.6]], np.float32)
    rest = (np.ones((3, 1), np.float32), np.ones((1, 16, 16), np.float32), 0, (64, 64), 64, 64)
    assert [item.score for item in detected_objects(boxes, scores, *rest, 0.5, 9)] == pytest.approx(
        [0.6, 0.5]
    )
    assert [item.score for item in detected_objects(boxes, scores, *rest, 0.0, 1)] == pytest.approx([0.6])


def test_an_object_without_a_pixel_is_left_out() -> None:
    boxes = np.array([[0, 0, 8, 8], [70, 0, 80, 8]], np.float32)
    scores = np.array([[0.4], [0.5]], np.float32)
    coefficients = -np.ones((2, 1), np.float32)
    prototypes = np.ones((1, 16, 16), np.float32)
    assert not list(detected_objects(boxes, scores, coefficients, prototypes, 0, (64, 64), 64, 64, 0.0, 9))
