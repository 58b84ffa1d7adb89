"""Predictions over their picture: tinted inside, outlined, and untouched elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from annotations.geometry import mask_to_rle
from deployments.drawing import STRENGTH, UNKNOWN, colours_of, draw


def prediction(mask: np.ndarray, index: int = 1) -> dict:
    rows, columns = np.nonzero(mask)
    box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
    return {"class": {"index": index}, "bbox": [int(v) for v in box], "mask": mask_to_rle(mask)}


def test_a_mask_with_a_hole() -> None:
    mask = np.zeros((40, 60), np.uint8)
    mask[5:35, 10:50] = 1
    mask[15:25, 25:35] = 0
    pixels = np.full((40, 60, 3), 100, np.uint8)
    draw(pixels, [prediction(mask)], {1: (200, 0, 0)})
    inside = [round(100 * (1 - STRENGTH) + value * STRENGTH) for value in (200, 0, 0)]
    assert pixels[10, 20].tolist() == inside and pixels[5, 30].tolist() == [200, 0, 0]
    assert pixels[20, 30].tolist() == pixels[2, 2].tolist() == [100, 100, 100]


def test_colours_of_classes() -> None:
    classes = [{"index": 0, "color": None}, {"index": 1, "color": "#ff8800"}, {"index": 2}]
    assert colours_of(classes) == {1: (255, 136, 0)}
    pixels = np.zeros((4, 4, 3), np.uint8)
    draw(pixels, [prediction(np.ones((4, 4), np.uint8), 2)], colours_of(classes))
    assert pixels[0, 0].tolist() == list(UNKNOWN)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="over a picture"):
        draw(np.zeros((4, 4, 3), np.uint8), [prediction(np.ones((5, 4), np.uint8))], {})
