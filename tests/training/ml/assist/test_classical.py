"""The engine that needs no weights: what it is worth on real photos, and that it holds to the clicks."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.bench.clicks import Photo, facade, measure, next_click, nuclei
from training.ml.assist.classical import Classical
from training.ml.assist.remembering import Clicked

# A little below what `python -m tests.bench.clicks` tells, for these are few objects.
FLOORS = {"facade": (0.28, 0.5), "nuclei": (0.65, 0.7)}


@pytest.fixture(scope="module")
def engine() -> Classical:
    return Classical()


def test_few_clicks_find_most_objects_of_real_photos(engine: Classical) -> None:
    photos: list[Photo] = []
    for found in (list(facade("test", 1)), list(nuclei("test", 3))):
        photos += found[::4]
    for name, result in measure(engine, photos).items():
        first, last = FLOORS[name]
        assert result.after(1) > first and result.after(5) > last, (name, result.after(1), result.after(5))
        assert np.median(result.clicks) < 2000, "a click must feel like one"


def picture() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two discs of one colour on a field, and where each is."""
    rows, columns = np.mgrid[:160, :240]
    left = (rows - 80) ** 2 + (columns - 70) ** 2 < 35**2
    right = (rows - 80) ** 2 + (columns - 165) ** 2 < 35**2
    pixels = np.where((left | right)[:, :, None], [210, 60, 50], [60, 120, 70])
    noise = np.random.default_rng(0).normal(0, 4, pixels.shape)
    return (pixels + noise).clip(0, 255).astype(np.uint8), left, right


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_a_click_a_box_and_both_find_a_disc(engine: Classical) -> None:
    image, left, right = picture()
    state = engine.prepare(image)
    assert iou(engine.segment(state, [(70, 80, 1)]).mask, left) > 0.85
    assert iou(engine.segment(state, [], (125, 40, 80, 80)).mask, right) > 0.85
    assert iou(engine.segment(state, [(165, 80, 1)], (125, 40, 80, 80)).mask, right) > 0.85


def test_more_clicks_add_and_take_away(engine: Classical) -> None:
    image, left, right = picture()
    clicked = Clicked(engine, engine.prepare(image))
    both = clicked.segment([(70, 80, 1), (165, 80, 1)]).mask
    assert both[80, 70] and both[80, 165]
    one = clicked.segment([(70, 80, 1), (165, 80, 0)]).mask
    assert one[80, 70] and not one[80, 165]


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (40, 40), (200, 7)])
def test_every_size_of_image_is_answered(engine: Classical, size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    clicked = Clicked(engine, engine.prepare(image))
    height, width = size
    for points in ([(0, 0, 1)], [(0, 0, 1), (width, height, 0)], [(width, height, 1)]):
        assert clicked.segment(points).mask.shape == size
    assert clicked.segment([], (0, 0, width, height)).mask.shape == size


def test_a_large_image_costs_a_click_no_more(engine: Classical) -> None:
    image = np.full((4000, 6000, 3), 200, np.uint8)
    image[1900:2100, 2900:3150] = (40, 60, 180)
    state = engine.prepare(image)
    began = time.perf_counter()
    answer = engine.segment(state, [(3025, 2000, 1)])
    assert time.perf_counter() - began < 10
    truth = np.zeros((4000, 6000), bool)
    truth[1900:2100, 2900:3150] = True
    assert iou(answer.mask, truth) > 0.85


def test_the_next_click_is_in_the_middle_of_the_largest_error() -> None:
    truth = np.zeros((50, 50), bool)
    truth[10:31, 10:31] = True
    assert next_click(np.zeros_like(truth), truth) == (20.5, 20.5, 1)
    mask = truth.copy()
    mask[40:45, 40:45] = True
    assert next_click(mask, truth) == (42.5, 42.5, 0)
