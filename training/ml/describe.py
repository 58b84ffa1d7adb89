"""An index mask as the public prediction: for each class its box, area, polygons and mask."""

import base64
from collections.abc import Collection, Sequence
from typing import Any

import cv2
import numpy as np

from annotations.geometry import crop_to_rle, mask_to_polygons, values_to_rles
from training.ml.bundle import Label
from training.ml.images import Pixels
from training.ml.reading import Found
from training.ml.runtimes import Floats

OUTPUTS = ("polygons", "mask", "png")


def describe(
    index_mask: Pixels,
    scores: Floats,
    labels: Sequence[Label],
    outputs: Collection[str] = ("polygons", "mask"),
    threshold: float = 0.0,
    classes: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """One prediction for each class that occurs in the mask, in the order of the labels; background has none.

    Args: `index_mask` uint8 `[h, w]`; `scores` float32 a label; `outputs` of "polygons", "mask" (COCO RLE)
    and "png" (the binary mask as a base64 PNG, 255 where the class is); predictions under `threshold` are
    left out, and where `classes` names or ids are given, all others.
    """
    occurs = cv2.calcHist([index_mask], [0], None, [256], [0, 256]).ravel() > 0
    wanted = [
        label
        for label in labels
        if label.id is not None
        and occurs[label.index]
        and float(scores[label.index]) >= threshold
        and is_wanted(label, classes)
    ]
    shapes = [output for output in outputs if output != "mask"]
    found = [
        {"id": number, **describe_class(index_mask, label, float(scores[label.index]), shapes)}
        for number, label in enumerate(wanted)
    ]
    if "mask" in outputs:
        masks = values_to_rles(index_mask, [label.index for label in wanted])
        for prediction, mask in zip(found, masks, strict=True):
            prediction["mask"] = mask
    return found


def describe_objects(
    found: Sequence[Found],
    labels: Sequence[Label],
    outputs: Collection[str] = ("polygons", "mask"),
) -> list[dict[str, Any]]:
    """One prediction for each object, in their order; see `describe` for the rest."""
    return [
        {"id": number, **describe_mask(item.mask, labels[item.label], item.score, outputs)}
        for number, item in enumerate(found)
    ]


def is_wanted(label: Label, classes: Collection[str] | None) -> bool:
    """Whether a label is one of `classes`, names or ids; of none every label is."""
    return not classes or label.name in classes or label.id in classes


def describe_class(mask: Pixels, label: Label, score: float, outputs: Collection[str]) -> dict[str, Any]:
    """The prediction of one class that occurs in the mask."""
    return describe_mask(np.equal(mask, label.index).view(np.uint8), label, score, outputs)


def describe_mask(binary: Pixels, label: Label, score: float, outputs: Collection[str]) -> dict[str, Any]:
    """The prediction of a mask uint8 `[h, w]` of 0 and 1 that is not empty."""
    x, y, width, height = cv2.boundingRect(binary)
    crop = binary[y : y + height, x : x + width]
    return describe_crop(crop, (x, y), (binary.shape[0], binary.shape[1]), label, score, outputs)


def describe_crop(
    crop: Pixels,
    corner: tuple[int, int],
    size: tuple[int, int],
    label: Label,
    score: float,
    outputs: Collection[str],
) -> dict[str, Any]:
    """The prediction of a mask whose box is `crop` uint8 `[h, w]` of 0 and 1, at `corner` (left, top) of an
    image of `size` (height, width).
    """
    left, top = corner
    rows, columns = crop.shape
    prediction: dict[str, Any] = {
        "class": {"id": label.id, "name": label.name, "index": label.index},
        "score": round(score, 6),
        "bbox": [left, top, columns, rows],
        "area": cv2.countNonZero(crop),
    }
    if "png" in outputs:
        whole = np.zeros(size, np.uint8)
        whole[top : top + rows, left : left + columns] = crop * np.uint8(255)
        prediction["png"] = base64.b64encode(encode_png(whole)).decode()
    if "polygons" in outputs:
        prediction["polygons"] = mask_to_polygons(crop, corner=corner)
    if "mask" in outputs:
        prediction["mask"] = crop_to_rle(crop, corner, size)
    return prediction


def encode_png(mask: Pixels) -> bytes:
    """A grey PNG of uint8 `[h, w]`."""
    done, data = cv2.imencode(".png", mask)
    if not done:
        raise ValueError(f"no PNG can be made of shape {mask.shape}")
    return bytes(data)
