"""Writes the data set: `images/*.jpg` and `annotations.json` (COCO), plus a few pictures kept for trying."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.geometry import area_of, bbox_of, mask_to_polygons, mask_to_rle
from tessera.sample import scene

COUNT = 120
HELD_BACK = 4
SEED = 7
QUALITY = 90
CATEGORIES = [{"id": number, "name": name} for number, name in enumerate(scene.KINDS, start=1)]
COLOURS = {"squirrel": "#e8590c", "butterfly": "#1c7ed6"}


def write(
    folder: Path,
    count: int = COUNT,
    seed: int = SEED,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Make the data set in `folder`; one that is there whole is left as it is. Returns the COCO file."""
    coco_file = folder / "annotations.json"
    if coco_file.is_file() and len(list((folder / "images").glob("*.jpg"))) == count:
        progress(1, 1)
        return coco_file
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "try").mkdir(exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number in range(count + HELD_BACK):
        drawn = scene.draw(np.random.default_rng([seed, number]))
        kept_back = number >= count
        name = f"garden-{number + 1:03}.jpg"
        (folder / ("try" if kept_back else "images") / name).write_bytes(_jpeg(drawn.image))
        if not kept_back:
            height, width = drawn.image.shape[:2]
            images.append({"id": number + 1, "file_name": name, "width": width, "height": height})
            for label, mask in drawn.objects:
                annotations.append(_annotation(len(annotations) + 1, number + 1, label, mask))
        progress(number + 1, count + HELD_BACK)
    document = {"images": images, "annotations": annotations, "categories": CATEGORIES}
    # Last, so that its presence means that everything is there.
    coco_file.write_text(json.dumps(document))
    return coco_file


def pack(folder: Path) -> bytes:
    """Images and COCO file as one ZIP, the way a user would import them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file in [folder / "annotations.json", *sorted((folder / "images").glob("*.jpg"))]:
            archive.write(file, file.relative_to(folder).as_posix())
    return buffer.getvalue()


def _jpeg(image: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _annotation(number: int, image: int, label: str, mask: NDArray[np.uint8]) -> dict[str, Any]:
    polygons = mask_to_polygons(mask)
    segmentation: Any
    if any(polygon["holes"] for polygon in polygons):
        # COCO's polygons have no holes; its run lengths have.
        segmentation = mask_to_rle(mask)
    else:
        segmentation = [[c for point in polygon["exterior"] for c in point] for polygon in polygons]
    return {
        "id": number,
        "image_id": image,
        "category_id": scene.KINDS.index(label) + 1,
        "segmentation": segmentation,
        "bbox": bbox_of(mask),
        "area": area_of(mask),
        "iscrowd": 0,
    }
