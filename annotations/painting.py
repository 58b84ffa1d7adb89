"""An asset's shapes as pixels: the class-id mask that training sees, and the coloured overlay of the grid."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from annotations.geometry import paint
from annotations.selectors import annotations_of
from projects.classes import VOID, class_indices, first_index, unlabelled_value
from projects.media.turns import heavy
from projects.models import Asset, LabelClass
from projects.selectors import classes_of

FILL_ALPHA = 0.55
EDGE_ALPHA = 0.95
VOID_COLOR = (128, 128, 128)


def index_mask(asset: Asset, shapes: Iterable[Mapping[str, Any]] | None = None) -> npt.NDArray[np.uint8]:
    """Class-id mask uint8 [height, width] by the rule of `projects.classes`: of the asset's shapes, or of
    these, given as the API shows them in painting order.
    """
    project = asset.project
    indices = class_indices(classes_of(project), project.unlabelled)
    items: Iterable[tuple[Mapping[str, Any], int]]
    if shapes is None:
        rows = annotations_of(asset).values_list("kind", "geometry", "label_class_id")
        items = (({kind: geometry}, indices[str(key)]) for kind, geometry, key in rows.iterator())
    else:
        items = ((shape, indices[shape["class"]]) for shape in shapes)
    with heavy:
        return paint(items, asset.height, asset.width, unlabelled_value(project.unlabelled))


def validator(asset: Asset, *more: Any) -> str:
    """An ETag that changes with the shapes, and with the classes' order, colours and ignoring."""
    classes = classes_of(asset.project).values_list("pk", "color", "ignore")
    parts = [asset.pk, asset.revision, asset.project.unlabelled, *classes, *more]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def overlay(
    asset: Asset, side: int, shapes: Iterable[Mapping[str, Any]] | None = None
) -> npt.NDArray[np.uint8]:
    """Coloured overlay uint8 [h, w, 4] (BGRA, straight alpha), its longer side at most `side` pixels."""
    project = asset.project
    lut = palette(list(classes_of(project)), project.unlabelled)
    index = index_mask(asset, shapes)
    with heavy:
        return colourise(index, lut, side)


def palette(classes: list[LabelClass], unlabelled: str) -> npt.NDArray[np.float32]:
    """BGR colour and visibility [256, 4] by mask value; what nobody labelled is invisible."""
    lut = np.zeros((256, 4), np.float32)
    indices = class_indices(classes, unlabelled)
    if unlabelled == "background":
        lut[VOID] = (*VOID_COLOR, 1)
    for each in classes:
        if not each.ignore:
            red, green, blue = (int(each.color[at : at + 2], 16) for at in (1, 3, 5))
            lut[indices[str(each.pk)]] = (blue, green, red, 1)
    if first_index(unlabelled) == 1:
        lut[0] = 0
    return lut


def colourise(index: npt.NDArray[np.uint8], lut: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.uint8]:
    """An index mask [h, w] in colour [h', w', 4]: filled lightly, with a strong line between values."""
    height, width = index.shape
    scale = min(1.0, side / max(height, width))
    small = max(1, round(height * scale)), max(1, round(width * scale))
    # Twice the size asked for, then averaged: smooth edges without blending class values.
    big = cv2.resize(index, (small[1] * 2, small[0] * 2), interpolation=cv2.INTER_NEAREST)
    edge = np.zeros(big.shape, bool)
    edge[:, 1:] |= big[:, 1:] != big[:, :-1]
    edge[1:] |= big[1:] != big[:-1]
    edge = cv2.dilate(edge.view(np.uint8), np.ones((2, 2), np.uint8)) != 0
    color = lut[big]
    alpha = color[..., 3:] * np.where(edge, EDGE_ALPHA, FILL_ALPHA)[..., None].astype(np.float32)
    premultiplied = np.concatenate([color[..., :3] * alpha, alpha], axis=2)
    reduced = cv2.resize(premultiplied, (small[1], small[0]), interpolation=cv2.INTER_AREA)
    straight = reduced[..., :3] / np.maximum(reduced[..., 3:], 1e-6)
    out: npt.NDArray[np.uint8] = (
        np.concatenate([straight, reduced[..., 3:] * 255], axis=2).round().astype(np.uint8)
    )
    return out


def png(image: npt.NDArray[np.uint8]) -> bytes:
    """PNG bytes of a grey [h, w] or BGRA [h, w, 4] image."""
    done, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        raise ValueError("the image cannot be written as PNG")
    return data.tobytes()
