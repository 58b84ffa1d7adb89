"""Shapes are repaired or refused by the rules that are written down."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.geometry import GeometryError, clean_geometry, mask_to_rle, polygons_to_mask
from tests.annotations.geometry.strategies import HEIGHT, WIDTH, polygons


def polygon(*points, holes=()):
    return {"polygons": [{"exterior": [list(point) for point in points], "holes": list(holes)}]}


def test_a_good_polygon_is_kept_as_it_is():
    given_shape = polygon((1, 2.25), (9, 2), (5.5, 8), holes=[[[4, 3], [6, 3], [5, 4]]])

    assert clean_geometry(given_shape, 10, 10) == given_shape


def test_repeated_and_closing_points_are_dropped():
    cleaned = clean_geometry(polygon((1, 1), (1, 1), (9, 1), (5, 8), (1, 1)), 10, 10)

    assert cleaned["polygons"][0]["exterior"] == [[1, 1], [9, 1], [5, 8]]


def test_what_sticks_out_of_the_image_is_cut_off():
    cleaned = clean_geometry(polygon((-5, 2), (20, 2), (20, 6), (-5, 6)), 10, 10)

    assert polygons_to_mask(cleaned["polygons"], 10, 10).sum() == 40
    assert all(0 <= x <= 10 for x, _ in cleaned["polygons"][0]["exterior"])
    assert clean_geometry({"bbox": [-5, -5, 8, 8]}, 10, 10) == {"bbox": [0, 0, 3, 3]}


@settings(max_examples=200, deadline=None)
@given(polygons)
def test_cleaning_twice_changes_nothing_more(parts):
    try:
        once = clean_geometry({"polygons": parts}, HEIGHT, WIDTH)
    except GeometryError:
        return

    assert clean_geometry(once, HEIGHT, WIDTH) == once


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (polygon((0, 0), (5, 5)), "three different points"),
        (polygon((0, 0), (5, 5), (0, 0), (0, 0)), "three different points"),
        (polygon((0, 0), (5, 5), (9, 9)), "on one line"),
        (polygon((0, 0), (5, math.nan), (9, 1)), "finite"),
        (polygon((0, 0), (5, math.inf), (9, 1)), "finite"),
        (polygon((0, 0), (5, "a"), (9, 1)), "finite"),
        (polygon((0, 0), (5, 1, 3), (9, 1)), r"\[x, y\]"),
        (polygon((20, 20), (25, 20), (25, 25)), "outside"),
        ({"polygons": []}, "list"),
        ({"polygons": [[1, 2, 3]]}, "exterior"),
        ({"bbox": [1, 2, 3]}, "box"),
        ({"bbox": [1, 2, 0, 3]}, "greater than 0"),
        ({"bbox": [11, 2, 5, 3]}, "outside"),
        ({"mask": mask_to_rle(np.ones((5, 5)))}, "size"),
        ({"mask": mask_to_rle(np.zeros((10, 10)))}, "empty"),
        ({"mask": {"size": [10, 10], "counts": "zz"}}, "mask's"),
        ({}, "exactly one"),
        ({"bbox": [1, 1, 2, 2], "polygons": [{"exterior": []}]}, "exactly one"),
    ],
)
def test_what_cannot_be_repaired_is_refused_with_the_reason(shape, reason):
    with pytest.raises(GeometryError, match=reason):
        clean_geometry(shape, 10, 10)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 10**400, True, "1", None, [1]])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_one_odd_number_among_good_ones(odd, place):
    ring = [[1.0, 1], [8, 1], [8.5, 7], [1, 7]]
    ring[place] = [ring[place][0], odd]
    with pytest.raises(GeometryError):
        clean_geometry({"polygons": [{"exterior": ring, "holes": []}]}, 10, 10)


@given(st.lists(st.lists(st.integers(-1, 4), min_size=2, max_size=2), min_size=3, max_size=7))
def test_what_is_clean_is_left_as_it_is(ring):
    """The quick look at a ring says what the careful one does."""
    try:
        as_tuples = [{"exterior": [tuple(each) for each in ring]}]
        (part,) = clean_geometry({"polygons": as_tuples}, 3, 3)["polygons"]
    except GeometryError:
        with pytest.raises(GeometryError):
            clean_geometry({"polygons": [{"exterior": ring}]}, 3, 3)
    else:
        assert clean_geometry({"polygons": [{"exterior": ring}]}, 3, 3)["polygons"] == [part]
