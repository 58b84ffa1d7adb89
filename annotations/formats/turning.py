"""Shapes drawn on a photograph's stored pixels, turned with it by its EXIF orientation; and shares of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from annotations.geometry import mask_to_rle, rle_to_mask

SWAPPED = (5, 6, 7, 8)


def turn(geometry: dict[str, Any], orientation: int, height: int, width: int) -> dict[str, Any]:
    """A geometry on stored pixels of `height` × `width`, as it lies on the displayed image.

    `orientation` is one of 5 (mirrored along the main diagonal), 6 (a quarter turn clockwise), 7 (mirrored
    along the other diagonal), 8 (a quarter turn counter-clockwise). Raises GeometryError for a broken mask.
    """
    point: Callable[[Any, Any], list[Any]] = {
        5: lambda x, y: [y, x],
        6: lambda x, y: [height - y, x],
        7: lambda x, y: [height - y, width - x],
        8: lambda x, y: [y, width - x],
    }[orientation]
    if "bbox" in geometry:
        x, y, box_width, box_height = geometry["bbox"]
        (x0, y0), (x1, y1) = point(x, y), point(x + box_width, y + box_height)
        return {"bbox": [min(x0, x1), min(y0, y1), box_height, box_width]}
    if "mask" in geometry:
        mask = rle_to_mask(geometry["mask"])
        turned = {
            5: lambda: mask.T,
            6: lambda: np.rot90(mask, -1),
            7: lambda: mask[::-1, ::-1].T,
            8: lambda: np.rot90(mask, 1),
        }[orientation]()
        return {"mask": mask_to_rle(turned)}

    def ring(points: list[list[Any]]) -> list[list[Any]]:
        return [point(x, y) for x, y in points]

    parts = geometry["polygons"]
    return {
        "polygons": [
            {"exterior": ring(part["exterior"]), "holes": [ring(hole) for hole in part.get("holes") or ()]}
            for part in parts
        ]
    }


# Of a pixel: what is lost where a share is written with ten digits is less.
_DIGITS = 5


def scaled(geometry: dict[str, Any], width: int, height: int) -> dict[str, Any]:
    """A polygon or box given in shares of the image, in its pixels."""
    if "bbox" in geometry:
        x, y, box_width, box_height = geometry["bbox"]
        sides = x * width, y * height, box_width * width, box_height * height
        return {"bbox": [round(side, _DIGITS) for side in sides]}
    return {
        "polygons": [
            {
                "exterior": [
                    [round(x * width, _DIGITS), round(y * height, _DIGITS)] for x, y in part["exterior"]
                ],
                "holes": [],
            }
            for part in geometry["polygons"]
        ]
    }
