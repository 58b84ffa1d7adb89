"""What an artifact made of its validation images, read from the masks its evaluation stored."""

from __future__ import annotations

import json
import uuid
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.geometry import bbox_of, mask_to_polygons, mask_to_rle, rle_to_mask
from core.errors import NotFound
from core.storage import storage
from training.models import Artifact
from training.painting import OPACITY, UNCOLOURED, palette_png

OUTLINE = 254

Mask = NDArray[np.uint8]


def evaluation_of(artifact: Artifact) -> dict[str, Any]:
    """The artifact's evaluation; raises NotFound while there is none."""
    if artifact.evaluation is None:
        raise NotFound(
            "This artifact has not been evaluated yet: its run evaluates what it keeps at its end."
        )
    return {"artifact": str(artifact.pk), **artifact.evaluation}


def measured_assets(artifact: Artifact) -> list[dict[str, Any]]:
    """`{"asset", "name", "miou"}` of every validation image."""
    return list((artifact.evaluation or {}).get("assets", []))


def prediction_of(artifact: Artifact, asset_id: uuid.UUID) -> dict[str, Any]:
    """The prediction on a validation image in the contract's shape; scores are those the evaluation kept."""
    measured = _measured(artifact, asset_id)
    mask = index_mask(artifact, asset_id)
    found = found_objects(artifact, asset_id)
    if found is None:
        scores = measured.get("scores") or {}
        found = [
            (label["index"], scores.get(label["name"]), (mask == label["index"]).astype(np.uint8))
            for label in artifact.classes
        ]
    labels = {label["index"]: label for label in artifact.classes}
    seen = [(labels[index], score, binary) for index, score, binary in found if binary.any()]
    described = [_described(*item) for item in seen if item[0]["id"] is not None]
    height, width = mask.shape
    return {
        "asset": str(asset_id),
        "image": {"width": width, "height": height},
        "predictions": [{"id": number, **item} for number, item in enumerate(described)],
        "miou": measured.get("miou"),
    }


def _described(label: dict[str, Any], score: float | None, binary: Mask) -> dict[str, Any]:
    return {
        "class": {"id": label["id"], "name": label["name"], "index": label["index"]},
        "score": score,
        "bbox": bbox_of(binary),
        "area": int(binary.sum()),
        "polygons": mask_to_polygons(binary),
        "mask": mask_to_rle(binary),
    }


def found_objects(artifact: Artifact, asset_id: uuid.UUID) -> list[tuple[int, float | None, Mask]] | None:
    """The class index, score and mask of each object found, best first; None of a model of pixels."""
    key = artifact.objects_key(asset_id)
    if not storage.exists(key):
        return None
    return [(row["index"], row["score"], rle_to_mask(row["mask"])) for row in json.loads(storage.read(key))]


def index_mask(artifact: Artifact, asset_id: uuid.UUID) -> Mask:
    """uint8 [h, w]: the class index of each pixel at the image's own size."""
    with storage.open(artifact.prediction_key(asset_id)) as file, Image.open(file) as image:
        return np.asarray(image.convert("L") if image.mode != "P" else image, np.uint8)


def overlay_png(artifact: Artifact, asset_id: uuid.UUID) -> bytes:
    """The predicted classes in their colours over transparency, as a palette PNG."""
    _measured(artifact, asset_id)
    mask = index_mask(artifact, asset_id)
    colours = {
        label["index"]: (label.get("color") or UNCOLOURED, OPACITY)
        for label in artifact.classes
        if label["id"] is not None
    }
    found = found_objects(artifact, asset_id)
    if found:
        # Neighbours of one class are told apart by a line of the colour that no class has.
        mask = mask.copy()
        mask[_outlines([binary for _, _, binary in found])] = OUTLINE
        colours[OUTLINE] = ("#ffffff", 255)
    return palette_png(mask, colours)


def _outlines(masks: list[Mask]) -> NDArray[np.bool_]:
    """Where a pixel lies on the other side of a mask's edge than the one to the left of it or above."""
    edges = np.zeros(masks[0].shape, np.bool_)
    for mask in masks:
        edges[:, 1:] |= mask[:, 1:] != mask[:, :-1]
        edges[1:] |= mask[1:] != mask[:-1]
    return edges


def _measured(artifact: Artifact, asset_id: uuid.UUID) -> dict[str, Any]:
    for entry in measured_assets(artifact):
        if entry["asset"] == str(asset_id):
            return dict(entry)
    raise NotFound("The artifact was not evaluated on this image.")
