"""Panoptic quality is what the published evaluation counts, segment by segment."""

import pickle
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.detection import panoptic_quality

from training.ml.metrics import PanopticQuality

LABELS = 4
Image = tuple[np.ndarray, dict[int, int], np.ndarray, dict[int, int], set[int]]


def counted(images: list[Image]) -> dict[int, tuple[float, int, int, int]]:
    """Summed IoU, matched, wrongly found and missed of each label, by walking over the segments as
    panopticapi does.
    """
    totals = {label: [0.0, 0, 0, 0] for label in range(LABELS)}
    for truth, wanted, found, given_segments, crowd in images:
        pairs = Counter(zip(truth.ravel().tolist(), found.ravel().tolist(), strict=True))
        area_t = Counter(truth.ravel().tolist())
        area_f = Counter(found.ravel().tolist())
        void = {number for number in area_t if number not in wanted}

        def on_void(number: int, pairs: Counter = pairs, void: set[int] = void) -> int:
            return sum(pairs[v, number] for v in void)

        matched_t, matched_f = set(), set()
        for (t, f), both in pairs.items():
            if t not in wanted or f not in given_segments or t in crowd or wanted[t] != given_segments[f]:
                continue
            iou = both / (area_t[t] + area_f[f] - both - on_void(f))
            if iou > 0.5:
                totals[wanted[t]][0] += iou
                totals[wanted[t]][1] += 1
                matched_t.add(t)
                matched_f.add(f)
        for t, label in wanted.items():
            if t not in matched_t and t not in crowd and area_t[t]:
                totals[label][3] += 1
        for f, label in given_segments.items():
            if f in matched_f or not area_f[f]:
                continue
            excused = on_void(f) + sum(pairs[t, f] for t in crowd if wanted[t] == label)
            if excused / area_f[f] <= 0.5:
                totals[label][2] += 1
    return {label: tuple(values) for label, values in totals.items()}  # type: ignore[misc]


def made(rng: np.random.Generator, segments: int) -> Image:
    """Rectangles over one another in a small map, the found ones mostly shifted copies; some numbers are no
    segments, some segments crowds.
    """
    truth, found = np.zeros((12, 16), np.uint16), np.zeros((12, 16), np.uint16)
    wanted, given_segments = {}, {}
    for number in range(1, segments + 1):
        top, left, height, width = rng.integers(0, 10, 4)
        truth[top : top + height, left : left + width] = number
        shift = rng.integers(0, 2)
        found[top + shift : top + shift + height, left : left + width] = 2 * number
        label = int(rng.integers(0, LABELS))
        if rng.random() < 0.9:
            wanted[number] = label
        if rng.random() < 0.9:
            given_segments[2 * number] = label if rng.random() < 0.8 else int(rng.integers(0, LABELS))
    truth[0, :5] = 65535
    crowd = {number for number in wanted if rng.random() < 0.15}
    return truth, wanted, found, given_segments, crowd


def measured(images: list[Image]) -> PanopticQuality:
    metric = PanopticQuality(LABELS)
    for truth, wanted, found, given_segments, crowd in images:
        metric.add(truth, wanted, found, given_segments, crowd)
    return metric


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 8), min_size=1, max_size=3))
def test_equal_to_the_published_count(seed: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(seed)
    images = [made(rng, size) for size in sizes]
    result = measured(images).result()
    qualities = []
    for label, (iou, hit, wrong, missed) in counted(images).items():
        if not hit + wrong + missed:
            assert label not in result["per_class"]
            continue
        whole = hit + wrong / 2 + missed / 2
        expected = (iou / whole, iou / hit if hit else 0.0, hit / whole)
        qualities.append(expected)
        got = result["per_class"][label]
        assert (got["pq"], got["sq"], got["rq"]) == pytest.approx(expected, abs=1e-12)
    means = np.mean(qualities, 0) if qualities else np.zeros(3)
    assert (result["pq"], result["sq"], result["rq"]) == pytest.approx(means.tolist(), abs=1e-12)


def test_quality_is_segmentation_times_recognition() -> None:
    rng = np.random.default_rng(0)
    for values in measured([made(rng, 8) for _ in range(4)]).result()["per_class"].values():
        assert values["pq"] == pytest.approx(values["sq"] * values["rq"])


def test_a_perfect_answer_is_one_and_void_excuses() -> None:
    truth = np.array([[1, 1, 2, 2, 9, 9]], np.uint16)
    found = np.array([[5, 5, 6, 6, 6, 7]], np.int32)
    metric = PanopticQuality(2)
    metric.add(truth, {1: 0, 2: 1}, found, {5: 0, 6: 1, 7: 1})
    assert metric.result()["pq"] == 1.0


def test_a_crowd_is_not_missed_and_excuses_its_own_label() -> None:
    truth = np.ones((1, 4), np.uint16)
    metric = PanopticQuality(2)
    metric.add(truth, {1: 0}, np.array([[1, 1, 2, 2]]), {1: 0, 2: 1}, crowd={1})
    assert metric.counts.tolist() == [[0, 0, 0], [0, 1, 0]]


def test_parts_that_were_measured_apart_are_as_one() -> None:
    rng = np.random.default_rng(1)
    images = [made(rng, 7) for _ in range(5)]
    first, second = (pickle.loads(pickle.dumps(measured(part))) for part in (images[:2], images[2:]))
    first.merge(second)
    assert first.result()["per_class"].keys() == measured(images).result()["per_class"].keys()
    assert first.result()["pq"] == pytest.approx(measured(images).result()["pq"], abs=1e-12)


def test_equal_to_torchmetrics_where_every_pixel_is_found() -> None:
    # Elsewhere it excuses what was missed where nothing was found, which the published count does not.
    rng = np.random.default_rng(2)
    for _ in range(6):
        truth, wanted, found, given_segments, _ = made(rng, 7)
        given_segments = {int(number): given_segments.get(number, 0) for number in np.unique(found)}
        metric = PanopticQuality(LABELS)
        metric.add(truth, wanted, found, given_segments)
        expected = panoptic_quality(
            coloured(found, given_segments), coloured(truth, wanted), set(range(LABELS)), set(), True
        )
        assert metric.result()["pq"] == pytest.approx(float(expected), abs=1e-6)


def coloured(numbers: np.ndarray, segments: dict[int, int]) -> torch.Tensor:
    """Pairs of label and number `[1, h, w, 2]`, a label of its own where there is no segment."""
    labels = np.vectorize(lambda number: segments.get(number, LABELS), otypes=[np.int64])(numbers)
    inside = np.where(labels == LABELS, 0, numbers.astype(np.int64))
    return torch.from_numpy(np.stack([labels, inside], -1)[None])
