"""Average precision of masks is pycocotools', number for number, and takes less time."""

import pickle
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from annotations.geometry import mask_to_rle, rle_to_mask
from training.ml.metrics import AveragePrecision
from training.ml.metrics.average_precision import encode

LABELS = 3
Image = tuple[list[tuple[int, dict[str, Any], bool]], list[tuple[int, float, dict[str, Any]]]]
NAMES = ("map", "map50", "map75", "map_small", "map_medium", "map_large", "mar_1", "mar_10", "mar_100")


def made(rng: np.random.Generator, objects: int, guesses: int, side: int) -> Image:
    """Rectangles of any size that may overlap, some of them crowds, and guesses mostly near them, whose
    scores repeat.
    """

    def rectangle(box: np.ndarray) -> dict[str, Any]:
        top, left, bottom, right = box.clip(0, side)
        mask = np.zeros((side, side), np.uint8)
        mask[top:bottom, left:right] = 1
        return mask_to_rle(mask)

    corners = rng.integers(0, side, (objects + 1, 2))
    boxes = np.concatenate([corners, corners + rng.integers(1, side, (objects + 1, 2))], 1)
    labels = rng.integers(0, LABELS, objects + 1)
    truth = [(int(labels[i]), rectangle(boxes[i]), bool(rng.random() < 0.2)) for i in range(objects)]
    found = []
    for near in rng.integers(0, objects + 1, guesses):
        label = labels[near] if rng.random() < 0.8 else rng.integers(0, LABELS)
        box = boxes[near] + rng.integers(-side // 12, side // 12 + 1, 4)
        found.append((int(label), float(rng.integers(0, 8)) / 8, rectangle(box)))
    return truth, found


def published(images: list[Image]) -> tuple[COCOeval, float]:
    """pycocotools' evaluation and the seconds it takes."""
    truth, found = [], []
    for number, (objects, guesses) in enumerate(images):
        for label, rle, crowd in objects:
            truth.append(
                {"image_id": number, "category_id": label, "segmentation": rle, "iscrowd": int(crowd)}
            )
        for label, score, rle in guesses:
            found.append({"image_id": number, "category_id": label, "segmentation": rle, "score": score})
    evaluation = COCOeval(indexed(truth, len(images)), indexed(found, len(images)), "segm")
    began = time.perf_counter()
    evaluation.evaluate()
    evaluation.accumulate()
    seconds = time.perf_counter() - began
    evaluation.summarize()
    return evaluation, seconds


def indexed(annotations: list[dict[str, Any]], images: int) -> COCO:
    data = COCO()
    data.dataset = {
        "images": [{"id": number, "height": 1, "width": 1} for number in range(images)],
        "categories": [{"id": label} for label in range(LABELS)],
        "annotations": [
            {**item, "id": number, "area": float(coco.area(item["segmentation"]))}
            for number, item in enumerate(annotations, 1)
        ],
    }
    data.createIndex()
    return data


def measured(images: list[Image]) -> AveragePrecision:
    metric = AveragePrecision(LABELS)
    for truth, found in images:
        metric.add(truth, found)
    return metric


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 14)), max_size=4))
def test_equal_to_pycocotools(seed: int, sizes: list[tuple[int, int]]) -> None:
    rng = np.random.default_rng(seed)
    images = [made(rng, *size, side=130) for size in [*sizes, (3, 4)]]
    result, (evaluation, _) = measured(images).result(), published(images)
    assert [result[name] for name in NAMES] == pytest.approx(evaluation.stats[:9].tolist(), abs=1e-12)
    precision = evaluation.eval["precision"][:, :, :, 0, 2]  # [thresholds, recalls, labels]
    for label in range(LABELS):
        expected = precision[:, :, label].mean()
        assert result["per_class"].get(label, -1.0) == pytest.approx(expected, abs=1e-12)


def test_only_a_hundred_objects_of_a_label_count() -> None:
    images = [made(np.random.default_rng(0), 30, 400, 60)]
    result, (evaluation, _) = measured(images).result(), published(images)
    assert [result[name] for name in NAMES] == pytest.approx(evaluation.stats[:9].tolist(), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([0, 0, 1, 255])
    )
)
def test_masks_are_encoded_as_pycocotools_encodes_them(mask: np.ndarray) -> None:
    expected = coco.encode(np.asfortranarray(mask != 0, np.uint8))
    assert encode(mask) == encode(mask != 0) == {**expected, "size": list(mask.shape)}


def test_masks_may_be_arrays_of_numbers_or_truths() -> None:
    truth, found = made(np.random.default_rng(1), 8, 12, 130)
    metric = AveragePrecision(LABELS)
    metric.add(
        [(label, rle_to_mask(rle), crowd) for label, rle, crowd in truth],
        [(label, score, rle_to_mask(rle).astype(bool)) for label, score, rle in found],
    )
    assert metric.result() == measured([(truth, found)]).result()


def test_parts_that_were_measured_apart_are_as_one() -> None:
    rng = np.random.default_rng(2)
    images = [made(rng, 6, 9, 130) for _ in range(6)]
    parts = [AveragePrecision(LABELS), AveragePrecision(LABELS)]
    for number, (truth, found) in enumerate(images):
        parts[number % 2].add(truth, found, number)
    first, second = (pickle.loads(pickle.dumps(part)) for part in parts)
    first.merge(second)
    assert first.result() == measured(images).result()


def test_nothing_to_find_is_minus_one_and_nothing_found_is_zero() -> None:
    truth, found = made(np.random.default_rng(3), 1, 1, 40)
    assert measured([]).result()["map"] == -1.0
    assert measured([([], found)]).result() == {**{name: -1.0 for name in NAMES}, "per_class": {}}
    label, rle, _ = truth[0]
    missed = measured([([(label, rle, False)], [])]).result()
    assert missed["map"] == missed["map50"] == missed["mar_100"] == 0.0
    assert missed["per_class"] == {label: 0.0}


def test_it_is_faster_than_pycocotools() -> None:
    rng = np.random.default_rng(4)
    images = [made(rng, 30, 90, 130) for _ in range(6)]
    began = time.perf_counter()
    measured(images).result()
    seconds = time.perf_counter() - began
    assert seconds < published(images)[1]


def test_an_image_may_hold_hundreds_of_objects() -> None:
    mask = np.zeros((8, 300), np.uint8)
    masks = []
    for column in range(300):
        own = mask.copy()
        own[:, column] = 1
        masks.append(own)
    counted = AveragePrecision(1)
    counted.add([(0, own) for own in masks], [(0, 0.9, own) for own in masks[:100]])
    assert counted.result()["mar_100"] == pytest.approx(1 / 3)
