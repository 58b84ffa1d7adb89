"""Shapes painted one over the other, each in its own value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from annotations.geometry import (
    GeometryError,
    clean_geometry,
    geometry_to_mask,
    mask_to_rle,
    measure,
    paint,
)
from tests.annotations.geometry.strategies import HEIGHT, WIDTH, polygons


def square(x, y, side):
    return {"exterior": [[x, y], [x + side, y], [x + side, y + side], [x, y + side]], "holes": []}


def test_later_shapes_cover_earlier_ones_whatever_their_kind():
    disc = np.zeros((10, 10), np.uint8)
    disc[4:6, 4:6] = 1
    canvas = paint(
        [
            ({"polygons": [square(0, 0, 8)]}, 3),
            ({"bbox": [2, 2, 8, 8]}, 255),
            ({"mask": mask_to_rle(disc)}, 1),
        ],
        10,
        10,
        0,
    )

    assert (canvas[:2, :8] == 3).all() and (canvas[4:6, 4:6] == 1).all()
    assert canvas[9, 9] == 255 and canvas[0, 9] == 0


def test_holes_let_what_is_below_show():
    ring = {**square(0, 0, 10), "holes": [[[3, 3], [7, 3], [7, 7], [3, 7]]]}
    canvas = paint([({"bbox": [0, 0, 10, 10]}, 1), ({"polygons": [ring]}, 2)], 10, 10, 0)

    assert (canvas[3:7, 3:7] == 1).all()
    assert np.count_nonzero(canvas == 2) == 84


def test_a_mask_of_another_size_is_an_error():
    with pytest.raises(GeometryError, match="4×3"):
        paint([({"mask": mask_to_rle(np.ones((3, 4)))}, 1)], 10, 10, 0)


def test_measures_agree_with_the_pixels():
    shapes = [
        {"polygons": [square(2, 3, 4)]},
        {"bbox": [2, 3, 4, 4]},
        {"mask": mask_to_rle(geometry_to_mask({"bbox": [2, 3, 4, 4]}, 10, 10))},
    ]
    for shape in shapes:
        assert measure(shape, 10, 10) == ([2, 3, 4, 4], 16)


@settings(max_examples=100, deadline=None)
@given(polygons)
def test_areas_count_the_painted_pixels(parts):
    try:
        shape = clean_geometry({"polygons": parts}, HEIGHT, WIDTH)
    except GeometryError:
        return

    assert measure(shape, HEIGHT, WIDTH)[1] == geometry_to_mask(shape, HEIGHT, WIDTH).sum()
