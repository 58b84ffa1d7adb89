"""The real data sets of the zoo's table as manifests: street façades (pixels) and nuclei (objects)."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from annotations.geometry import mask_to_rle, rle_to_mask
from tests.shared import shared

COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46f0f0", "#bcf60c", "#fabebe", "#008080")


def facade(task: str) -> list[dict[str, Any]]:
    """100 training and 25 validation photos, 1024 x 1024; two of its categories have one name and are one."""
    return manifest("facade", task, {"train": "train", "valid": "val"}, "_annotations.coco.json")


def nuclei(task: str) -> list[dict[str, Any]]:
    """155 training and 33 validation microscope images of mixed sizes, with each nucleus."""
    return manifest("nuclei", task, {"train": "train", "val": "val"}, "instances_rle.json")


def manifest(name: str, task: str, splits: dict[str, str], file: str) -> list[dict[str, Any]]:
    """The manifest's lines, read from one COCO file a split."""
    names: dict[str, str] = {}
    lines: list[dict[str, Any]] = []
    for folder, split in splits.items():
        root = shared(name, folder)
        document = json.loads((root / file).read_text())
        names |= {category["name"]: "" for category in document["categories"]}
        by_id = {category["id"]: category["name"] for category in document["categories"]}
        shapes: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for row in document["annotations"]:
            shapes[row["image_id"]].append(shape_of(row, by_id))
        for image in document["images"]:
            # Large shapes first, so that what lies on them stays visible.
            ordered = sorted(shapes[image["id"]], key=lambda item: -item.pop("area"))
            lines.append(
                {
                    "asset": f"{split}-{image['id']}",
                    "name": image["file_name"],
                    "width": image["width"],
                    "height": image["height"],
                    "split": split,
                    "image": str((root / "images" / Path(image["file_name"]).name).resolve()),
                    "annotations": [{"id": str(n), "z": n, **item} for n, item in enumerate(ordered)],
                }
            )
    used = {shape["class"] for line in lines for shape in line["annotations"]}
    classes = [
        {"id": each, "name": each, "color": COLOURS[n % len(COLOURS)], "ignore": False, "index": n + 1}
        for n, each in enumerate(sorted(used))
    ]
    header = {
        "format": "tessera-manifest/1",
        "project": name,
        "task": task,
        "unlabelled": "background",
        "classes": classes,
        "digest": name,
    }
    return [header, *lines]


def shape_of(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    """A COCO annotation as a manifest's, with its area."""
    shape: dict[str, Any] = {"class": names[row["category_id"]], "area": row["area"]}
    segmentation = row["segmentation"]
    if isinstance(segmentation, dict):
        return {**shape, "mask": mask_to_rle(rle_to_mask(segmentation))}
    rings = [np.reshape(ring, (-1, 2)).tolist() for ring in segmentation]
    return {**shape, "polygons": [{"exterior": ring, "holes": []} for ring in rings if len(ring) > 2]}
