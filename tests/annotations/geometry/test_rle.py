"""Run-length codes read and written as pycocotools does, and nothing else accepted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco

from annotations.geometry import GeometryError, check_rle, mask_to_rle, rle_to_mask
from tests.annotations.geometry.strategies import masks


def uncompressed(mask):
    flat = mask.T.ravel()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat))))
    return {"size": list(mask.shape), "counts": np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()}


@settings(deadline=None)
@given(masks)
def test_masks_survive_the_round_trip_and_agree_with_pycocotools(mask):
    rle = mask_to_rle(mask)

    assert np.array_equal(rle_to_mask(rle), mask)
    assert coco.area(rle) == mask.sum()
    assert coco.encode(np.asfortranarray(mask))["counts"].decode() == rle["counts"]
    assert np.array_equal(rle_to_mask(uncompressed(mask)), mask)
    assert check_rle(uncompressed(mask)) == rle


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(min_codepoint=1, max_codepoint=300), max_size=12), st.integers(1, 9))
def test_any_string_is_either_a_mask_or_an_error(counts, side):
    try:
        assert rle_to_mask({"size": [side, side], "counts": counts}).shape == (side, side)
    except GeometryError as error:
        assert str(error)


@pytest.mark.parametrize(
    "rle",
    [
        {"size": [4, 4], "counts": [4, 4]},
        {"size": [4, 4], "counts": [4, -4, 16]},
        {"size": [4, 4], "counts": [4.0, 12.0]},
        {"size": [0, 4], "counts": []},
        {"size": [4], "counts": [4]},
        {"size": [4, 4], "counts": "P"},
        {"size": [4, 4], "counts": None},
        {"size": [1 << 40, 1 << 40], "counts": []},
        {"counts": [16]},
        "a string",
    ],
)
def test_malformed_masks_are_refused_with_a_reason(rle):
    with pytest.raises(GeometryError):
        rle_to_mask(rle)
