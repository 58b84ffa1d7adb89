"""What an artifact made of its validation images, read from the masks its evaluation stored."""

from __future__ import annotations

import io
import uuid
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.geometry import bbox_of, mask_to_polygons, mask_to_rle
from core.errors import NotFound
from core.storage import storage
from training.models import Artifact

OPACITY = 140
UNCOLOURED = "#888888"

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
    scores = measured.get("scores") or {}
    predictions: list[dict[str, Any]] = []
    for label in artifact.classes:
        binary = (mask == label["index"]).astype(np.uint8)
        area = int(binary.sum())
        if label["id"] is None or not area:
            continue
        predictions.append(
            {
                "id": len(predictions),
                "class": {"id": label["id"], "name": label["name"], "index": label["index"]},
                "score": scores.get(label["name"]),
                "bbox": bbox_of(binary),
                "area": area,
                "polygons": mask_to_polygons(binary),
                "mask": mask_to_rle(binary),
            }
        )
    height, width = mask.shape
    return {
        "asset": str(asset_id),
        "image": {"width": width, "height": height},
        "predictions": predictions,
        "miou": measured.get("miou"),
    }


def index_mask(artifact: Artifact, asset_id: uuid.UUID) -> Mask:
    """uint8 [h, w]: the class index of each pixel at the image's own size."""
    with storage.open(artifact.prediction_key(asset_id)) as file, Image.open(file) as image:
        return np.asarray(image.convert("L") if image.mode != "P" else image, np.uint8)


def overlay_png(artifact: Artifact, asset_id: uuid.UUID) -> bytes:
    """The predicted classes in their colours over transparency, as a palette PNG."""
    _measured(artifact, asset_id)
    mask = index_mask(artifact, asset_id)
    palette = bytearray(768)
    opacity = bytearray(256)
    for label in artifact.classes:
        if label["id"] is not None:
            palette[label["index"] * 3 : label["index"] * 3 + 3] = _rgb(label.get("color") or UNCOLOURED)
            opacity[label["index"]] = OPACITY
    image = Image.fromarray(mask).convert("L")
    image.putpalette(bytes(palette))
    out = io.BytesIO()
    image.save(out, "PNG", transparency=bytes(opacity))
    return out.getvalue()


def _measured(artifact: Artifact, asset_id: uuid.UUID) -> dict[str, Any]:
    for entry in measured_assets(artifact):
        if entry["asset"] == str(asset_id):
            return dict(entry)
    raise NotFound("The artifact was not evaluated on this image.")


def _rgb(color: str) -> bytes:
    return bytes.fromhex(color.lstrip("#"))
