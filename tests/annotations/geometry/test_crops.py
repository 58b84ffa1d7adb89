"""A crop, or all values of an index mask at once, are encoded and traced as their whole masks are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from annotations.geometry import crop_to_rle, mask_to_polygons, mask_to_rle, values_to_rles

SIDES = [(1, 1), (1, 9), (9, 1), (7, 5), (40, 60)]


@pytest.mark.parametrize(("height", "width"), SIDES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_a_crop_is_encoded_as_its_whole_mask(height: int, width: int, share: float) -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        mask = (random.random((height, width)) < share).astype(np.uint8)
        if not mask.any():
            continue
        x, y, columns, rows = cv2.boundingRect(mask)
        crop = mask[y : y + rows, x : x + columns]
        assert crop_to_rle(crop, (x, y), (height, width)) == mask_to_rle(mask)
        assert mask_to_polygons(crop, corner=(x, y)) == mask_to_polygons(mask)


@pytest.mark.parametrize(("height", "width"), SIDES)
def test_all_values_are_encoded_as_each_is(height: int, width: int) -> None:
    random = np.random.default_rng(1)
    index = random.integers(0, 5, (height, width)).astype(np.uint8)
    values = [0, 3, 4, 2, 1, 9]
    assert values_to_rles(index, values) == [mask_to_rle(index == value) for value in values]
