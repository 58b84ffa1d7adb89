"""A mask becomes predictions of the contract's shape, holes kept."""

import base64

import cv2
import numpy as np

from annotations.geometry import polygons_to_mask, rle_to_mask
from training.ml.bundle import Label
from training.ml.describe import describe

LABELS = (
    Label(0, "background"),
    Label(1, "squirrel", "id-1"),
    Label(2, "butterfly", "id-2"),
    Label(3, "fox", "id-3"),
)


def ring() -> np.ndarray:
    mask = np.zeros((30, 40), np.uint8)
    mask[5:20, 10:30] = 2
    mask[8:12, 15:20] = 0
    mask[25:28, 2:6] = 1
    return mask


SCORES = np.array([0.9, 0.4, 0.8, 0.7], np.float32)


def test_one_prediction_for_each_class_present() -> None:
    found = describe(ring(), SCORES, LABELS)
    assert [(p["id"], p["class"]["name"], p["class"]["index"]) for p in found] == [
        (0, "squirrel", 1),
        (1, "butterfly", 2),
    ]
    butterfly = found[1]
    assert butterfly["bbox"] == [10, 5, 20, 15]
    assert butterfly["area"] == 15 * 20 - 4 * 5
    assert len(butterfly["polygons"][0]["holes"]) == 1
    assert np.array_equal(polygons_to_mask(butterfly["polygons"], 30, 40), ring() == 2)
    assert np.array_equal(rle_to_mask(butterfly["mask"]), ring() == 2)


def test_threshold_classes_and_outputs_choose() -> None:
    assert [p["class"]["name"] for p in describe(ring(), SCORES, LABELS, threshold=0.5)] == ["butterfly"]
    assert [p["class"]["name"] for p in describe(ring(), SCORES, LABELS, classes=["id-1"])] == ["squirrel"]
    assert [p["class"]["name"] for p in describe(ring(), SCORES, LABELS, classes=["butterfly"])] == [
        "butterfly"
    ]
    only = describe(ring(), SCORES, LABELS, outputs=["png"])[1]
    assert "polygons" not in only and "mask" not in only
    drawn = cv2.imdecode(np.frombuffer(base64.b64decode(only["png"]), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(drawn == 255, ring() == 2)
