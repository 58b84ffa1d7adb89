from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.e2e.annotator.conftest import HEIGHT, WIDTH, Annotator


def test_a_stroke_covers_what_is_within_its_radius(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("1", "b")
    # The radius that a new page begins with.
    radius = 16
    picture.drag((80, 100), (200, 100))
    picture.objects(1)
    picture.reload()
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    along = np.clip(columns, 80, 200)
    near = np.hypot(columns - along, rows - 100)
    mask = picture.mask() == picture.value("wall")
    assert mask[near < radius - 1].all()
    assert not mask[near > radius + 1].any()


def test_an_eraser_takes_pixels_away_and_undo_brings_them_back(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("1", "f")
    picture.drag((50, 50), (250, 150))
    picture.objects(1)
    picture.press("Escape", "e")
    picture.drag((150, 20), (150, 180))
    picture.saved()
    assert picture.mask()[100, 150] == 0
    assert picture.mask()[100, 60] == picture.value("wall")
    picture.press("Control+z")
    picture.saved()
    picture.page.wait_for_function("() => true")
    assert picture.mask()[100, 150] == picture.value("wall")


def test_painting_over_takes_pixels_from_the_class_below(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("semantic")
    picture.press("1", "f")
    picture.drag((50, 50), (250, 150))
    picture.objects(1)
    picture.press("2")
    picture.drag((150, 50), (350, 150))
    picture.objects(2)
    picture.saved()
    mask = picture.mask()
    assert mask[100, 100] == picture.value("wall")
    assert mask[100, 200] == picture.value("window")
    wall = next(shape for shape in picture.shapes() if shape["class"] == picture.classes["wall"])
    assert wall["area"] == 100 * 100
