"""What is kept of an image is what loops over its pixels and objects count."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from annotations.geometry import mask_to_rle
from tests.training.scores.made import labels_of, made_masks, made_scores
from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.metrics.boundary import TOLERANCE, boundary_counts, edges
from training.ml.predictor import upsampled_argmax
from training.ml.reading import Found, Reader
from training.ml.scoring import sampling
from training.ml.scoring.sampling import sampled, upsampled_at
from training.ml.scoring.scorer import Scorer
from training.ml.scoring.segments import components
from training.scores.average_precision import average_precision
from training.scores.store import LEVELS
from training.scores.summary import summary_of


def by_distance(truth: np.ndarray, prediction: np.ndarray, labels: int) -> np.ndarray:
    """The counts by a distance transform for each label."""
    reach = max(1.0, TOLERANCE * np.hypot(*truth.shape))
    ignored = truth == 255
    first, second = edges(truth) & ~ignored, edges(prediction) & ~ignored

    def near(pixels: np.ndarray, others: np.ndarray) -> int:
        if not others.any() or not pixels.any():
            return 0
        away = cv2.distanceTransform((~others).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return int((away[pixels] <= reach).sum())

    rows = []
    for label in range(labels):
        mine, its = first & (truth == label), second & (prediction == label)
        rows.append([near(mine, its), mine.sum(), near(its, mine), its.sum()])
    return np.array(rows)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.integers(4, 40), st.integers(4, 60))
def test_boundaries_are_matched_as_by_distances(seed: int, labels: int, height: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    truth = cv2.resize(chance.integers(0, labels, (5, 6)).astype(np.uint8), (width, height), interpolation=0)
    moved = np.roll(truth, chance.integers(-3, 4, 2), (0, 1))
    truth[chance.random(truth.shape) < 0.05] = 255
    assert (
        boundary_counts(truth, moved % labels, labels) == by_distance(truth, moved % labels, labels)
    ).all()


def test_boundaries_of_a_large_image_are_matched_as_by_distances() -> None:
    chance = np.random.default_rng(1)
    truth = cv2.resize(chance.integers(0, 6, (9, 12)).astype(np.uint8), (900, 700), interpolation=0)
    moved = np.roll(truth, (6, -8), (0, 1))
    assert (boundary_counts(truth, moved, 6) == by_distance(truth, moved, 6)).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 40), st.integers(5, 40), st.integers(2, 9))
def test_sampled_logits_are_those_of_the_upsampled_image(
    seed: int, height: int, width: int, cells: int
) -> None:
    logits = np.random.default_rng(seed).normal(0, 3, (3, cells, cells + 1)).astype(np.float32)
    whole = functional.interpolate(
        torch.from_numpy(logits)[None], (height, width), mode="bilinear", align_corners=False
    )[0].numpy()
    rows, columns = np.arange(1, height, 2), np.arange(0, width, 3)
    got = upsampled_at(logits, rows, columns, height, width)
    assert np.allclose(got, whole[:, rows][:, :, columns], atol=1e-4)


def test_large_images_are_sampled_and_small_ones_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    truth, logits = made_masks(1, 3)[0]
    assert sampled(logits, truth).truth.size == (truth != 255).sum()
    monkeypatch.setattr(sampling, "SAMPLED", 100)
    assert 50 < sampled(logits, truth).truth.size <= 100


def test_loss_and_histogram_are_those_of_the_pixels() -> None:
    scores = made_scores(3)
    histogram = np.zeros((3, LEVELS, 2), np.int64)
    for number, (truth, logits) in enumerate(made_masks(3, 3)):
        whole = functional.interpolate(
            torch.from_numpy(logits)[None], truth.shape, mode="bilinear", align_corners=False
        )
        target = torch.from_numpy(truth.astype(np.int64))[None]
        loss = functional.cross_entropy(whole, target, ignore_index=255)
        assert scores.loss[number] == pytest.approx(float(loss), abs=1e-5)
        probabilities = whole.softmax(1)[0].numpy()
        valid = truth != 255
        best = probabilities.max(0)[valid]
        assert scores.confidence[number] == pytest.approx(float(best.mean()), abs=1e-6)
        assert scores.bins[number, :, 0].sum() == valid.sum()
        for label in range(3):
            for value, own in zip(probabilities[label][valid], truth[valid] == label, strict=True):
                histogram[label, min(int(value * LEVELS), LEVELS - 1), int(own)] += 1
    # A probability within rounding of an edge may lie on either side of it.
    assert np.abs(scores.histogram - histogram).sum() <= 4
    assert (scores.histogram[:, :, 1].sum(1) == scores.wanted).all()


def test_parts_of_a_class_are_told_apart() -> None:
    truth, prediction = np.zeros((20, 40), np.uint8), np.zeros((20, 40), np.uint8)
    truth[0:10, 0:10] = 1
    truth[12:18, 20:30] = 1
    prediction[0:10, 0:5] = 1
    scorer = Scorer(labels_of(), Reader("pixels", "semantic", 0, frozenset(), (20, 40)))
    scorer.add("a", "a.png", Truth(truth), prediction, (np.zeros((3, 5, 10), np.float32),), [])
    first, second = scorer.result().segments
    assert first[:3].tolist() == [0, 1, 100] and first[3:6].tolist() == [0.125, 0.25, 0.5] and first[7] == 1
    assert second[:3].tolist() == [0, 1, 60] and second[5] == 0 and second[7] == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 24), st.integers(1, 24))
def test_parts_are_those_of_a_flood_fill(seed: int, labels: int, height: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    truth = chance.choice([*range(labels + 1), 255], (height, width)).astype(np.uint8)
    prediction = chance.integers(0, labels + 1, (height, width)).astype(np.uint8)
    known = [Label(n, str(n), None if n == 0 else str(n)) for n in range(labels + 1)]
    expected = []
    for label in range(1, labels + 1):
        count, parts = cv2.connectedComponents((truth == label).astype(np.uint8), connectivity=8)
        for part in range(1, count):
            ys, xs = np.nonzero(parts == part)
            cut = (ys == 0) | (ys == height - 1) | (xs == 0) | (xs == width - 1)
            right = (prediction[ys, xs] == label).mean()
            centre = ((xs + 0.5).mean() / width, (ys + 0.5).mean() / height)
            expected.append([label, len(ys), *centre, right, float(cut.any())])
    got = components(truth, prediction, known)[:, [0, 1, 2, 3, 4, 6]]
    assert np.allclose(sorted(got.tolist()), sorted(expected)) if expected else not len(got)


def objects_scored(images: int, seed: int) -> tuple[Scorer, list[Found]]:
    """Squares that a model finds somewhat beside their places."""
    labels = [Label(0, "background"), Label(1, "cell", "a"), Label(2, "nut", "b")]
    scorer = Scorer(labels, Reader("queries", "instance", 1, frozenset(), (32, 32)))
    chance = np.random.default_rng(seed)
    shown: list[Found] = []
    for number in range(images):
        shapes, found = [], []
        index = np.zeros((32, 32), np.uint8)
        for _ in range(int(chance.integers(1, 5))):
            x, y, label = (*chance.integers(0, 22, 2), int(chance.integers(1, 3)))
            mask = np.zeros((32, 32), np.uint8)
            mask[y : y + 8, x : x + 8] = 1
            index[mask > 0] = label
            shapes.append((label, mask_to_rle(mask), False))
            guess = np.roll(mask, chance.integers(-2, 3, 2), (0, 1))
            found.append(Found(label, float(chance.uniform(0.5, 1)), guess))
        truth = Truth(index, index.astype(np.uint16), (0,), tuple(shapes))
        assert scorer.objects.precision is not None
        pairs = [(item.label, item.score, item.mask) for item in found]
        scorer.objects.precision.add(truth.shapes, pairs, number)
        scorer.add(str(number), f"{number}.png", truth, index, (), found)
        shown += found
    return scorer, shown


def test_average_precision_comes_back_from_the_counts() -> None:
    scorer, _ = objects_scored(6, 0)
    scores = scorer.result()
    assert scorer.objects.precision is not None
    assert average_precision(scores.matched()) == scorer.objects.precision.result()
    assert scores.wanted.sum() == scores.objects.wanted[:, 0].sum() == len(scores.segments)


def test_average_precision_of_chosen_images_is_theirs_alone() -> None:
    whole = objects_scored(6, 0)[0].result()
    alone = objects_scored(2, 0)[0].result()
    chosen = summary_of(whole, whole.rows(["0", "1"]))
    expected = summary_of(alone)
    for name in ("map", "map50", "map75", "mar_100", "miou", "per_class_iou"):
        assert chosen[name] == expected[name]


def test_an_image_drawn_twice_counts_twice() -> None:
    scorer, _ = objects_scored(4, 3)
    scores = scorer.result()
    twice = average_precision(scores.matched(np.full(4, 2.0)))
    once = average_precision(scores.matched())
    assert twice["map50"] == pytest.approx(once["map50"])
    without = average_precision(scores.matched(np.array([0.0, 1.0, 1.0, 1.0])))
    assert without["map"] == summary_of(scores, scores.rows(["1", "2", "3"]))["map"]


def test_the_mask_of_a_label_scores_as_served() -> None:
    truth, logits = made_masks(1, 3)[0]
    assert upsampled_argmax(logits, *truth.shape).shape == truth.shape
    assert made_scores(1).label_scores.shape == (1, 3)
