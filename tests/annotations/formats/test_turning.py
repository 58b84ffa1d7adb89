"""Shapes turn with their photograph exactly as Pillow turns the pixels."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from annotations.formats.turning import SWAPPED, turn
from annotations.geometry import geometry_to_mask, mask_to_rle

HEIGHT, WIDTH = 20, 30
SHAPES = {
    "bbox": {"bbox": [3, 4, 10, 5]},
    "polygons": {
        "polygons": [{"exterior": [[2, 2], [20, 3], [12, 15]], "holes": [[[8, 5], [12, 5], [10, 9]]]}]
    },
}


def upright(pixels, orientation):
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.info["exif"] = exif.tobytes()
    image.getexif().load(exif.tobytes())
    return np.array(ImageOps.exif_transpose(image))


@pytest.mark.parametrize("orientation", SWAPPED)
def test_mask(orientation):
    mask = geometry_to_mask(SHAPES["polygons"], HEIGHT, WIDTH)
    turned = turn({"mask": mask_to_rle(mask)}, orientation, HEIGHT, WIDTH)
    assert (geometry_to_mask(turned, WIDTH, HEIGHT) == upright(mask, orientation)).all()


@pytest.mark.parametrize("orientation", SWAPPED)
def test_box(orientation):
    mask = geometry_to_mask(SHAPES["bbox"], HEIGHT, WIDTH)
    turned = turn(SHAPES["bbox"], orientation, HEIGHT, WIDTH)
    assert (geometry_to_mask(turned, WIDTH, HEIGHT) == upright(mask, orientation)).all()


@pytest.mark.parametrize("orientation", SWAPPED)
def test_polygons(orientation):
    mask = geometry_to_mask(SHAPES["polygons"], HEIGHT, WIDTH)
    turned = turn(SHAPES["polygons"], orientation, HEIGHT, WIDTH)
    differs = geometry_to_mask(turned, WIDTH, HEIGHT) != upright(mask, orientation)
    # The rasteriser's rule for pixels that an edge halves is not symmetric.
    assert differs.sum() < 0.2 * mask.sum()
