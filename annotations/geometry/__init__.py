"""Shapes and masks: one rasteriser for training, `mask.png`, overlays, exports and predictions.

Pure: NumPy, OpenCV and pycocotools only. A polygon is `{"exterior": [[x, y], …], "holes": [[[x, y], …], …]}`,
a mask is COCO RLE `{"size": [height, width], "counts": "…"}`, a box is `[x, y, width, height]`; all in pixels
from the top-left corner of the displayed image, pixel (column i, row j) covering the square [i, i+1) ×
[j, j+1). A mask array is uint8 `[height, width]` holding 0 and 1.
"""

from annotations.geometry.clean import clean_geometry
from annotations.geometry.errors import GeometryError
from annotations.geometry.interpolate import interpolate
from annotations.geometry.measure import area_of, bbox_of, measure
from annotations.geometry.outline import mask_to_polygons
from annotations.geometry.raster import (
    bbox_to_polygons,
    geometry_to_mask,
    paint,
    paint_numbers,
    polygons_to_mask,
    polygons_to_rle,
)
from annotations.geometry.rle import check_rle, crop_to_rle, mask_to_rle, rle_to_mask, values_to_rles

__all__ = [
    "GeometryError",
    "area_of",
    "bbox_of",
    "bbox_to_polygons",
    "check_rle",
    "clean_geometry",
    "crop_to_rle",
    "geometry_to_mask",
    "interpolate",
    "mask_to_polygons",
    "mask_to_rle",
    "measure",
    "paint",
    "paint_numbers",
    "polygons_to_mask",
    "polygons_to_rle",
    "rle_to_mask",
    "values_to_rles",
]
