"""Slices are measured on their own images and objects, and only what is worse beyond chance is marked."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.scores.made import made_scores
from training.scores.slices import (
    Dimension,
    Slice,
    count_dimension,
    mark,
    measured,
    quarters,
    segment_dimensions,
)
from training.scores.store import AREA, IMAGE, LABEL, RIGHT, Scores
from training.scores.summary import summary_of


def with_segments(scores: Scores, columns: dict[int, np.ndarray]) -> Scores:
    segments = np.zeros((len(next(iter(columns.values()))), 8))
    segments[:, 3:5] = 0.5
    for column, values in columns.items():
        segments[:, column] = values
    return replace(scores, segments=segments)


def test_a_slice_of_images_has_their_mean_iou() -> None:
    scores = made_scores(12)
    rows = scores.rows()
    first = np.arange(12) < 6
    (dimension,) = measured(
        scores, rows, [Dimension("half", "Half", "images", [Slice("1", "1", first), Slice("2", "2", ~first)])]
    )
    for one, chosen in zip(dimension["slices"], (rows[:6], rows[6:]), strict=True):
        assert one["metric"] == pytest.approx(summary_of(scores, chosen, intervals=False)["miou"])
        low, high = one["interval"]
        assert low <= one["metric"] <= high and one["count"] == 6
    left, right = dimension["slices"]
    assert left["difference"] == pytest.approx(left["metric"] - right["metric"])


def test_a_worse_slice_of_objects_is_found_and_others_are_not() -> None:
    chance = np.random.default_rng(0)
    images = np.repeat(np.arange(30), 4)
    area = np.tile([100.0, 100.0, 20_000.0, 20_000.0], 30)
    right = np.where(area < 1000, 0.4, 0.8) + chance.normal(0, 0.1, 120)
    label = np.tile([1, 2, 1, 2], 30)
    scores = with_segments(
        made_scores(30), {IMAGE: images, LABEL: label, AREA: area, RIGHT: right.clip(0, 1)}
    )
    found = {
        each["name"]: each
        for each in measured(scores, scores.rows(), segment_dimensions(scores, scores.rows()))
    }
    small, large = found["object_size"]["slices"]
    assert (small["value"], small["significant"], large["significant"]) == ("small", True, False)
    assert small["metric"] == pytest.approx(right[area < 1000].clip(0, 1).mean())
    assert not any(one["significant"] for one in found["class"]["slices"])
    assert small["count"] == 60 and small["p"] < 0.01


def test_few_images_are_not_tested() -> None:
    scores = made_scores(6)
    few = np.arange(6) < 2
    (dimension,) = measured(
        scores,
        scores.rows(),
        [Dimension("some", "Some", "images", [Slice("a", "a", few), Slice("b", "b", ~few)])],
    )
    assert dimension["slices"][0]["p"] is None and not dimension["slices"][0]["significant"]


def test_quarters_hold_the_same_number() -> None:
    values = np.arange(40, dtype=float)
    values[3] = np.nan
    made = quarters(values, np.arange(40), "brightness", "Brightness")
    counts = [int(one.members.sum()) for one in made.slices]
    assert sum(counts) == 39 and max(counts) - min(counts) <= 1
    assert quarters(values[:10], np.arange(10), "brightness", "Brightness").slices == ()
    assert quarters(np.ones(40), np.arange(40), "brightness", "Brightness").slices == ()


def test_images_are_counted_by_their_objects() -> None:
    scores = made_scores(5)
    made = count_dimension(scores, scores.rows())
    assert sum(int(one.members.sum()) for one in made.slices) == 5


def test_false_alarms_are_kept_down() -> None:
    def one(p: float | None, difference: float = -0.1) -> dict[str, object]:
        return {"p": p, "difference": difference, "significant": False}

    slices = [one(0.001), one(0.02), one(0.04), one(0.5), one(None), one(0.002, 0.3)]
    mark([{"slices": slices}])
    # Of five tests the thresholds are 0.01, 0.02 … 0.05.
    assert [each["significant"] for each in slices] == [True, True, True, False, False, False]


def test_chance_alone_is_seldom_called_worse() -> None:
    alarms = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        images = np.repeat(np.arange(20), 3)
        columns = {
            IMAGE: images,
            LABEL: chance.integers(1, 3, 60),
            AREA: chance.choice([100.0, 5e3, 5e4], 60),
        }
        scores = with_segments(made_scores(20), {**columns, RIGHT: chance.random(60)})
        found = measured(scores, scores.rows(), segment_dimensions(scores, scores.rows()))
        alarms += any(one["significant"] for each in found for one in each["slices"])
    assert alarms <= 4


def test_objects_are_divided_by_their_share_of_the_image() -> None:
    images = np.repeat(np.arange(10), 4)
    area = np.tile([6.0, 30.0, 60.0, 300.0], 10)
    scores = with_segments(made_scores(10), {IMAGE: images, LABEL: np.ones(40), AREA: area})
    made = {each.name: each for each in segment_dimensions(scores, np.arange(5))}["object_share"]
    assert made.unit == "objects" and [int(one.members.sum()) for one in made.slices] == [5, 5, 5, 5]
    # 24 x 24 pixels: 6 of them are 1.04 %.
    assert made.slices[0].title.startswith("1.04 to")


def test_the_rest_is_what_a_slice_has_not() -> None:
    scores = made_scores(14)
    rows, few = scores.rows()[2:], np.arange(14) % 3 == 0
    (dimension,) = measured(
        scores, rows, [Dimension("some", "Some", "images", [Slice("a", "a", few), Slice("b", "b", ~few)])]
    )
    rest = summary_of(scores, rows[~few[rows]], intervals=False)["miou"]
    one = dimension["slices"][0]
    assert one["metric"] - one["difference"] == pytest.approx(rest)
