"""Predictions drawn over their picture. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from annotations.geometry import rle_to_mask

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

# As the inference server draws its overlays.
STRENGTH = 0.45
UNKNOWN: Colour = (154, 160, 166)
OUTLINED = 600


def colours_of(classes: Iterable[Mapping[str, Any]]) -> dict[int, Colour]:
    """RGB by index of an artifact's classes, each `{"index", "color": "#rrggbb"}`."""
    found = {}
    for each in classes:
        text = str(each.get("color") or "").removeprefix("#")
        if len(text) == 6:
            found[int(each["index"])] = (int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16))
    return found


def draw(pixels: Pixels, predictions: Iterable[Mapping[str, Any]], colours: Mapping[int, Colour]) -> None:
    """Tint `pixels`, RGB uint8 [h, w, 3], in place where a prediction's `mask` (RLE of the same size) lies,
    and outline it.

    Raises GeometryError for a broken mask, ValueError for one of another size.
    """
    thickness = max(1, round(max(pixels.shape) / OUTLINED))
    for prediction in predictions:
        mask = rle_to_mask(prediction["mask"])
        if mask.shape != pixels.shape[:2]:
            raise ValueError(f"a mask of {mask.shape} over a picture of {pixels.shape[:2]}")
        left, top, width, height = (int(value) for value in prediction["bbox"])
        part = np.s_[max(top, 0) : top + height + 1, max(left, 0) : left + width + 1]
        colour = colours.get(prediction["class"]["index"], UNKNOWN)
        # OpenCV writes into whole arrays only.
        region = np.ascontiguousarray(pixels[part])
        cv2.copyTo(cv2.LUT(region, _tint(colour)), np.ascontiguousarray(mask[part]), dst=region)
        pixels[part] = region
        rings, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        cv2.drawContours(pixels, rings, -1, colour, thickness)


def _tint(colour: Colour) -> Pixels:
    """What each of the 256 values of each channel becomes, [1, 256, 3]."""
    values = np.arange(256)[:, None] * (1 - STRENGTH) + np.array(colour) * STRENGTH
    return values.round().astype(np.uint8)[None]
