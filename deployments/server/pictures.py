"""What was seen in an image as a picture: its index mask, or the image under the classes' colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.ml.bundle import Label

Pixels = NDArray[np.uint8]

FASTEST_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]
VOID = 255
# How much of a class's colour there is in its pixels; outlines have all of it.
STRENGTH = 0.45
UNKNOWN = (154, 160, 166)
# Outlines are a pixel wide in images of this many pixels a side, and grow with it.
OUTLINED = 600


def index_png(index: Pixels, labels: Sequence[Label], kept: set[int]) -> bytes:
    """The index mask uint8 `[h, w]` as a grey PNG; classes that are not `kept` become background or void."""
    backdrop = next((label.index for label in labels if label.id is None), VOID)
    dropped = [label.index for label in labels if label.id is not None and label.index not in kept]
    if dropped:
        table = np.arange(256, dtype=np.uint8)
        table[dropped] = backdrop
        index = table[index]
    return png(index)


def overlay_png(
    image: Pixels, index: Pixels, predictions: Iterable[Mapping[str, Any]], labels: Sequence[Label]
) -> bytes:
    """The RGB image uint8 `[h, w, 3]` as a PNG, tinted where the index mask shows a class that is among the
    predictions, each of which is outlined by its polygons.
    """
    predictions = list(predictions)
    table = np.zeros((256, 1, 3), np.uint8)
    tinted = np.zeros(256, np.uint8)
    for prediction in predictions:
        value = prediction["class"]["index"]
        table[value, 0] = colour_of(labels[value])[::-1]
        tinted[value] = 255
    picture = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), np.uint8)
    colours = cv2.applyColorMap(index, table)
    cv2.addWeighted(picture, 1 - STRENGTH, colours, STRENGTH, 0, dst=colours)
    cv2.copyTo(colours, cv2.LUT(index, tinted), dst=picture)
    height, width = index.shape
    thickness = max(1, round(max(height, width) / OUTLINED))
    for prediction in predictions:
        rings = [
            np.minimum(np.array(ring, np.int32), (width - 1, height - 1))
            for polygon in prediction["polygons"]
            for ring in (polygon["exterior"], *polygon["holes"])
        ]
        colour = [int(value) for value in table[prediction["class"]["index"], 0]]
        cv2.polylines(picture, rings, True, colour, thickness)
    return png(picture)


def colour_of(label: Label) -> tuple[int, int, int]:
    """The label's RGB colour, grey where it has none."""
    text = (label.color or "").removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(text)
    except ValueError:
        return UNKNOWN
    return red, green, blue


def png(pixels: Pixels) -> bytes:
    """A PNG of uint8 `[h, w]` or BGR `[h, w, 3]`."""
    done, encoded = cv2.imencode(".png", pixels, FASTEST_PNG)
    if not done:
        raise RuntimeError(f"no PNG can be written of {pixels.shape}")
    return bytes(encoded)
