"""Sizes of shapes, told from their outlines, are those of their pixels."""

from __future__ import annotations

import math
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from annotations.geometry import (
    GeometryError,
    area_of,
    bbox_of,
    clean_geometry,
    geometry_to_mask,
    mask_to_rle,
    measure,
    paint,
)
from tests.annotations.geometry.strategies import HEIGHT, WIDTH, masks, polygons


@settings(max_examples=300, deadline=None)
@given(polygons)
def test_polygons_with_holes_have_the_area_of_their_pixels(parts):
    try:
        shape = clean_geometry({"polygons": parts}, HEIGHT, WIDTH)
    except GeometryError:
        return
    assert measure(shape, HEIGHT, WIDTH)[1] == area_of(geometry_to_mask(shape, HEIGHT, WIDTH))


@settings(max_examples=300, deadline=None)
@given(masks)
def test_masks_have_the_box_and_area_of_their_pixels(mask):
    assert measure({"mask": mask_to_rle(mask)}, *mask.shape) == (bbox_of(mask), area_of(mask))
    assert np.array_equal(paint([({"mask": mask_to_rle(mask)}, 1)], *mask.shape), mask)


def test_a_large_shape_with_a_hole_costs_its_outline_and_not_its_pixels():
    ring = [[2000 + 1500 * math.cos(t / 5), 1500 + 1200 * math.sin(t / 5)] for t in range(30)]
    parts = [{"exterior": ring, "holes": [[[1900, 1400], [2100, 1400], [2000, 1600]]]}]
    begun = time.perf_counter()
    for _ in range(10):
        measure({"polygons": parts}, 3000, 4000)
    assert (time.perf_counter() - begun) / 10 < 0.02


def test_a_full_mask_is_painted_in_little_memory():
    side = 3000
    rle = mask_to_rle(np.ones((side, side), np.uint8))
    tracemalloc.start()
    canvas = paint([({"mask": rle}, 7)], side, side)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (canvas == 7).all()
    assert peak < 3 * side * side


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), "\ud800"])
def test_numbers_beyond_every_float_are_refused(number):
    with pytest.raises(GeometryError):
        clean_geometry({"bbox": [0, 0, number, 5]}, HEIGHT, WIDTH)


def test_whole_numbers_beyond_64_bits_are_cut_off_at_the_border():
    assert clean_geometry({"bbox": [0, 0, 2**70, 5]}, 20, 30) == {"bbox": [0, 0, 30, 5]}
