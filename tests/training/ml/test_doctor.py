"""Planted mistakes get their kind, and labels that are right are left alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.doctor.confident import NOTHING, Thresholds, confident
from training.ml.doctor.looking import enlarged, trusted
from training.ml.doctor.regions import Finding, Shape, of_objects, of_pixels
from training.ml.reading import Found

SIDE = 60


def square(x: int, y: int, side: int = 20) -> np.ndarray:
    found = np.zeros((SIDE, SIDE), bool)
    found[y : y + side, x : x + side] = True
    return found


def sees(*places: tuple[int, np.ndarray]) -> np.ndarray:
    """Probabilities of a model that is sure of these places, float32 `[3, 60, 60]`."""
    label = np.zeros((SIDE, SIDE), int)
    for each, where in places:
        label[where] = each
    return np.where(np.arange(3)[:, None, None] == label, 0.9, 0.05).astype(np.float32)


def found(probabilities: np.ndarray, *shapes: Shape) -> list[Finding]:
    truth = np.zeros((SIDE, SIDE), np.uint8)
    for shape in shapes:
        truth[shape.pixels] = shape.label
    sure = confident(probabilities, np.array([0.6, 0.6, 0.6]))
    return list(of_pixels(probabilities, sure, truth, shapes, 0, {1: 0.1, 2: 0.1}))


def test_right_labels_are_left_alone() -> None:
    here = square(10, 10)
    assert found(sees((1, here)), Shape("a", 1, here)) == []


@pytest.mark.parametrize(
    ("seen", "drawn", "kind", "suggested"),
    [
        ((1, square(10, 10)), None, "missing", 1),
        ((2, square(10, 10)), (1, square(10, 10)), "wrong_class", 2),
        (None, (1, square(10, 10)), "spurious", None),
        ((1, square(10, 10, 24)), (1, square(18, 16, 20)), "loose_outline", 1),
    ],
)
def test_each_mistake_has_its_kind(
    seen: tuple[int, np.ndarray] | None,
    drawn: tuple[int, np.ndarray] | None,
    kind: str,
    suggested: int | None,
) -> None:
    shapes = [Shape("a", *drawn)] if drawn else []
    (one,) = found(sees(*([seen] if seen else [])), *shapes)
    assert (one.kind, one.suggested, one.annotation) == (kind, suggested, "a" if drawn else None)
    assert 0 < one.score <= 1
    if kind in ("missing", "loose_outline") and seen:
        overlap = (one.region & seen[1]).sum() / (one.region | seen[1]).sum()
        assert overlap > 0.8


def test_the_rim_of_a_shape_is_not_missing() -> None:
    drawn = square(10, 10, 20)
    assert [one.kind for one in found(sees((1, square(10, 10, 22))), Shape("a", 1, drawn))] == []


def test_thresholds_are_mean_probabilities_of_their_label() -> None:
    thresholds = Thresholds(3)
    probabilities = np.zeros((3, 1, 4), np.float32)
    probabilities[1, 0] = [0.2, 0.4, 0.9, 0.9]
    thresholds.add(probabilities, np.array([[1, 1, 0, 255]], np.uint8))
    assert thresholds.values().tolist() == [0.0, pytest.approx(0.3), 1.0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5))
def test_a_pixel_is_confidently_of_the_most_probable_label_that_is_reached(seed: int, labels: int) -> None:
    chance = np.random.default_rng(seed)
    probabilities = chance.dirichlet(np.ones(labels), (3, 4)).transpose(2, 0, 1)
    values = chance.random(labels)
    sure = confident(probabilities, values)
    for y in range(3):
        for x in range(4):
            reached = [label for label in range(labels) if probabilities[label, y, x] >= values[label]]
            best = max(reached, key=lambda label: probabilities[label, y, x], default=NOTHING)
            assert sure[y, x] == best


def test_objects_are_compared_one_by_one() -> None:
    def item(label: int, where: np.ndarray, score: float = 0.9) -> Found:
        return Found(label, score, where.astype(np.uint8))

    shapes = [
        Shape("right", 1, square(0, 0)),
        Shape("class", 1, square(30, 0)),
        Shape("loose", 1, square(0, 30)),
        Shape("nothing", 1, square(38, 38)),
    ]
    seen = [item(1, square(0, 0)), item(2, square(30, 0)), item(1, square(6, 30)), item(1, square(20, 25, 8))]
    kinds = {one.annotation: one.kind for one in of_objects(seen, shapes)}
    assert kinds.pop(None) == "missing"
    assert kinds == {"class": "wrong_class", "loose": "loose_outline", "nothing": "spurious"}
    (missing,) = of_objects([item(2, square(5, 5))], [])
    assert (missing.kind, missing.suggested) == ("missing", 2)


def test_what_is_said_of_many_shapes_of_a_class_is_ranked_down() -> None:
    rows = [{"kind": "spurious", "given": "a", "suggested": None, "score": 0.8} for _ in range(8)]
    rare = {"kind": "spurious", "given": "b", "suggested": None, "score": 0.8}
    scores = [one["score"] for one in trusted([*rows, rare], {"a": 10, "b": 10})]
    assert scores == [pytest.approx(0.16)] * 8 + [pytest.approx(0.72)]


def test_regions_come_back_at_the_images_size() -> None:
    mask = enlarged(square(10, 10, 20), 120, 240)
    assert mask.shape == (120, 240) and mask.sum() == pytest.approx(20 * 20 * 8, rel=0.05)
