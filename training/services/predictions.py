"""What an artifact made of its images, read from the masks its evaluation stored."""

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
from training.scores.store import Scores
from training.scores.summary import optional
from training.services.evaluations import scores_of

OUTLINE = 254

Mask = NDArray[np.uint8]


def prediction_of(artifact: Artifact, asset_id: uuid.UUID) -> dict[str, Any]:
    """The prediction on a image in the contract's shape; scores are those the evaluation kept."""
    measured, place = _measured(artifact, asset_id)
    mask = index_mask(artifact, asset_id)
    found = found_objects(artifact, asset_id)
    if found is None:
        scores = measured.label_scores[place].tolist()
        found = [
            (label["index"], round(score, 6), (mask == label["index"]).astype(np.uint8))
            for label, score in zip(artifact.classes, scores, strict=True)
        ]
    labels = {label["index"]: label for label in artifact.classes}
    seen = [(labels[index], score, binary) for index, score, binary in found if binary.any()]
    described = [_described(*item) for item in seen if item[0]["id"] is not None]
    height, width = mask.shape
    return {
        "asset": str(asset_id),
        "image": {"width": width, "height": height},
        "predictions": [{"id": number, **item} for number, item in enumerate(described)],
        "miou": optional(measured.miou[place]),
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


def _measured(artifact: Artifact, asset_id: uuid.UUID) -> tuple[Scores, int]:
    """The counts of an evaluation that has the image, and its row; the run's own first. Raises NotFound."""
    own = artifact.run.snapshot_id
    found = sorted(
        artifact.evaluations.all(), key=lambda each: (each.snapshot_id != own, each.split != "val")
    )
    for evaluation in found:
        scores = scores_of(evaluation)
        place = scores.places.get(str(asset_id))
        if place is not None:
            return scores, place
    raise NotFound("The artifact was not evaluated on this image.")
