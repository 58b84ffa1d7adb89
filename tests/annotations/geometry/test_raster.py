"""Polygons become the pixels that pycocotools says, however they are rasterised."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from pycocotools import mask as coco

from annotations.geometry import paint, polygons_to_mask, polygons_to_rle, rle_to_mask
from tests.annotations.geometry.strategies import HEIGHT, WIDTH, polygons


def reference(parts, height, width):
    """pycocotools over the whole image: exteriors minus their holes, united."""
    total = np.zeros((height, width), np.uint8)
    for part in parts:
        mask = ring(part["exterior"], height, width)
        for hole in part["holes"]:
            mask &= 1 - ring(hole, height, width)
        total |= mask
    return total


def ring(points, height, width):
    flat = np.array(points, float).ravel().tolist()
    return rle_to_mask(coco.frPyObjects([flat], height, width)[0])


@settings(max_examples=300, deadline=None)
@given(polygons)
def test_polygons_equal_pycocotools_to_the_pixel(parts):
    expected = reference(parts, HEIGHT, WIDTH)

    assert np.array_equal(polygons_to_mask(parts, HEIGHT, WIDTH), expected)
    assert np.array_equal(rle_to_mask(polygons_to_rle(parts, HEIGHT, WIDTH)), expected)
    assert np.array_equal(paint([({"polygons": parts}, 1)], HEIGHT, WIDTH, 0), expected)


def test_an_edge_through_the_middle_between_two_pixels():
    """Moving the ring into a window of its own rounded this one the other way."""
    parts = [{"exterior": [[1.9, 0.0], [1.9, 20.1], [4.9, -3.1]], "holes": []}]

    assert np.array_equal(polygons_to_mask(parts, HEIGHT, WIDTH), reference(parts, HEIGHT, WIDTH))


def test_a_polygon_without_enough_points_covers_nothing():
    line = [{"exterior": [[0, 0], [9, 9]], "holes": []}]

    assert not polygons_to_mask(line, 10, 10).any()
    assert not rle_to_mask(polygons_to_rle(line, 10, 10)).any()
    assert not polygons_to_mask([], 10, 10).any()


def test_a_polygon_far_outside_costs_no_more_than_the_image():
    huge = [{"exterior": [[-1e9, -1e9], [1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]], "holes": []}]
    started = time.perf_counter()

    assert polygons_to_mask(huge, 50, 60).all()
    assert rle_to_mask(polygons_to_rle(huge, 50, 60)).all()
    assert time.perf_counter() - started < 0.5
