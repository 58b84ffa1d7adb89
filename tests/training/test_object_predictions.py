"""What a model of objects found in a validation image, one prediction an object."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

import numpy as np
from PIL import Image

from annotations.geometry import mask_to_rle
from core.storage import storage
from training.services import predictions


def stored(artifact: Any, asset: uuid.UUID) -> None:
    """Two objects of one class that touch."""
    left, right = np.zeros((30, 40), np.uint8), np.zeros((30, 40), np.uint8)
    left[5:15, 10:20] = 1
    right[5:15, 20:30] = 1
    out = io.BytesIO()
    Image.fromarray(left | right).save(out, "PNG")
    storage.put(artifact.prediction_key(asset), out.getvalue())
    rows = [
        {"index": 1, "score": 0.9, "mask": mask_to_rle(left)},
        {"index": 1, "score": 0.6, "mask": mask_to_rle(right)},
    ]
    storage.put(artifact.objects_key(asset), json.dumps(rows).encode())


def test_neighbours_of_one_class_are_two_predictions_with_a_line_between(
    make_artifact: Any, make_evaluation: Any
) -> None:
    asset = uuid.uuid4()
    artifact = make_artifact()
    make_evaluation(artifact, [str(asset)])
    stored(artifact, asset)
    answer = predictions.prediction_of(artifact, asset)
    assert [(item["id"], item["score"], item["bbox"]) for item in answer["predictions"]] == [
        (0, 0.9, [10, 5, 10, 10]),
        (1, 0.6, [20, 5, 10, 10]),
    ]
    overlay = np.array(Image.open(io.BytesIO(predictions.overlay_png(artifact, asset))).convert("RGBA"))
    assert tuple(overlay[10, 20]) == (255, 255, 255, 255)
    assert tuple(overlay[10, 15][:3]) == tuple(overlay[10, 25][:3]) == (0xFF, 0x88, 0x00)
    assert overlay[0, 0][3] == 0
