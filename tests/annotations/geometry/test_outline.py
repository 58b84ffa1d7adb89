"""A mask traced into polygons and rasterised again is the same mask, holes and parts and all."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.geometry import area_of, bbox_of, mask_to_polygons, polygons_to_mask
from tests.annotations.geometry.strategies import masks


@settings(max_examples=400, deadline=None)
@given(masks)
def test_tracing_and_rasterising_gives_the_same_mask(mask):
    assert np.array_equal(polygons_to_mask(mask_to_polygons(mask), *mask.shape), mask)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1 << 30), st.sampled_from([0.05, 0.4, 0.5, 0.6, 0.95]))
def test_it_does_so_for_large_noise_with_hundreds_of_holes(seed, share):
    mask = (np.random.default_rng(seed).random((90, 120)) < share).astype(np.uint8)

    assert np.array_equal(polygons_to_mask(mask_to_polygons(mask), 90, 120), mask)


def test_holes_belong_to_the_part_around_them_also_when_parts_nest():
    mask = np.zeros((12, 12), np.uint8)
    mask[1:11, 1:11] = 1
    mask[3:9, 3:9] = 0
    mask[5:7, 5:7] = 1
    outer, inner = mask_to_polygons(mask)

    assert outer["exterior"] == [[1, 1], [11, 1], [11, 11], [1, 11]]
    assert [sorted(map(tuple, hole)) for hole in outer["holes"]] == [[(3, 3), (3, 9), (9, 3), (9, 9)]]
    assert inner == {"exterior": [[5, 5], [7, 5], [7, 7], [5, 7]], "holes": []}


def test_each_part_alone_gives_its_own_pixels():
    mask = (np.random.default_rng(3).random((60, 60)) < 0.55).astype(np.uint8)
    total = np.zeros_like(mask)
    for part in mask_to_polygons(mask):
        total += polygons_to_mask([part], 60, 60)

    assert np.array_equal(total, mask)


def test_small_parts_can_be_left_out():
    mask = np.zeros((20, 20), np.uint8)
    mask[2:4, 2:4] = 1
    mask[10:15, 10:15] = 1

    assert len(mask_to_polygons(mask)) == 2
    assert len(mask_to_polygons(mask, min_area=5)) == 1
    assert mask_to_polygons(np.zeros((5, 5))) == []


def test_box_and_area_of_a_mask():
    mask = np.zeros((20, 30), np.uint8)
    mask[4:9, 7:20] = 1

    assert bbox_of(mask) == [7, 4, 13, 5]
    assert area_of(mask) == 65
    assert bbox_of(mask * 0) == [0, 0, 0, 0]


def test_a_mask_of_blobs_is_traced_within_milliseconds():
    rows, columns = np.mgrid[:720, :960]
    mask = ((np.sin(columns / 37) * np.cos(rows / 29)) > 0.3).astype(np.uint8)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        mask_to_polygons(mask)
        times.append(time.perf_counter() - started)

    # A few milliseconds on an idle machine; the limit leaves room for a busy one.
    assert min(times) < 0.04
