"""What writers of ZIP files share."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from annotations.formats.records import Export, ExportImage, Shape
from annotations.geometry import bbox_to_polygons, geometry_to_mask, measure, polygons_to_rle

BLOCK = 1 << 20


@contextmanager
def json_member(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A text member of the archive, compressed, of any length."""
    with archive.open(_info(name, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as out:
        yield out


def write_bytes(archive: zipfile.ZipFile, name: str, content: bytes, packed: bool = True) -> None:
    archive.writestr(_info(name, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED), content)


def write_images(
    archive: zipfile.ZipFile,
    export: Export,
    folder: str = "images",
    path_of: Callable[[ExportImage], str] | None = None,
) -> None:
    """The images' own bytes, stored as they are: they are compressed already."""
    for image in export.files():
        if image.storage_key is None:
            continue
        name = path_of(image) if path_of else f"{folder}/{image.name}"
        info = _info(name, zipfile.ZIP_STORED)
        with export.open_image(image.storage_key) as file, archive.open(info, "w", force_zip64=True) as out:
            shutil.copyfileobj(file, out, BLOCK)


def _info(name: str, compression: int) -> zipfile.ZipInfo:
    # One fixed time: the same content gives the same bytes.
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = compression
    info.external_attr = 0o644 << 16
    return info


def bbox_of_shape(shape: Shape, image: ExportImage) -> tuple[list[float], float]:
    """Box [x, y, width, height] and area in pixels."""
    return measure(shape.geometry, image.height, image.width)


def mask_of_shape(shape: Shape, image: ExportImage) -> npt.NDArray[np.uint8]:
    """The shape's pixels, uint8 [height, width] of 0 and 1."""
    return geometry_to_mask(shape.geometry, image.height, image.width)


def rle_of_shape(shape: Shape, image: ExportImage) -> dict[str, Any]:
    """The shape's pixels as compressed run-length code, without a canvas where there are no holes."""
    mask: dict[str, Any] | None = shape.geometry.get("mask")
    if mask is not None:
        return mask
    polygons = shape.geometry.get("polygons") or bbox_to_polygons(shape.geometry["bbox"])
    return polygons_to_rle(polygons, image.height, image.width)
