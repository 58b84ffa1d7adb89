"""What training learns from one image."""

from dataclasses import dataclass

import numpy as np

from training.ml.images import IndexMap, Pixels


@dataclass(frozen=True)
class Example:
    """An image and what is on each of its pixels.

    `image` is RGB uint8 `[h, w, 3]`. Semantic: `mask` uint8 `[h, w]` holds label indices, 255 where nothing
    counts, and `labels` is None. Instance and panoptic: `mask` uint16 `[h, w]` holds object numbers, 0 for
    none, 65535 where nothing counts, and `labels` the output of the model (from 0) that each object from 1 on
    belongs to; an object may have no pixel left.
    """

    image: Pixels
    mask: IndexMap
    labels: tuple[int, ...] | None = None


def void_of(mask: IndexMap) -> int:
    """The value of pixels that do not count: the highest of the mask's type."""
    return int(np.iinfo(mask.dtype).max)
