"""VOC's classes and palette. Source: VOCinit.m and VOClabelcolormap.m of the development kit of VOC2012."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Of indices 1 to 20.
CLASSES = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train"),
    "tvmonitor",
)
# Of index 255.
VOID_COLOR = (224, 224, 192)


def palette() -> npt.NDArray[np.uint8]:
    """Colours uint8 [256, 3] of the indices: their bits, spread over the channels from the highest down."""
    index = np.arange(256)
    colors = np.zeros((256, 3), np.uint8)
    for step in range(8):
        for channel in range(3):
            bit = index >> (3 * step + channel) & 1
            colors[:, channel] |= (bit << (7 - step)).astype(np.uint8)
    return colors
