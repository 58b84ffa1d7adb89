"""How much shapes of one image share, counted in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pycocotools import mask as coco

from annotations.geometry.raster import bbox_to_polygons, polygons_to_rle

Rle = dict[str, Any]


def to_rle(geometry: Mapping[str, Any], height: int, width: int) -> Rle:
    """A checked geometry of one of "polygons", "mask" or "bbox" as compressed COCO RLE."""
    if geometry.get("mask") is not None:
        return dict(geometry["mask"])
    polygons = geometry.get("polygons")
    return polygons_to_rle(
        bbox_to_polygons(geometry["bbox"]) if polygons is None else polygons, height, width
    )


def united(rles: Sequence[Rle]) -> Rle:
    """Every pixel that one of the masks has; all are of one size."""
    merged = coco.merge(list(rles))
    return {"size": list(merged["size"]), "counts": merged["counts"].decode("ascii")}


def share_within(rle: Rle, other: Rle) -> float:
    """How much of a mask's pixels another one has, 0…1; 0 of an empty mask."""
    area = float(coco.area(rle))
    return float(coco.area(coco.merge([rle, other], intersect=True))) / area if area else 0.0


def most_overlap(rle: Rle, others: Sequence[Rle]) -> float:
    """The greatest IoU of a mask with one of `others`; 0 where there is none."""
    if not others:
        return 0.0
    return float(np.asarray(coco.iou([rle], list(others), [0] * len(others))).max())
