"""Reading models that predict boxes, each with coefficients of prototype masks (YOLACT, Bolya et al. 2019,
arXiv:1904.02689; YOLOv8-seg).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels
from training.ml.reading import Found
from training.ml.runtimes import Floats

# Scores that no detector means, and how many of the rest compete: as such models are evaluated on COCO.
LEAST = 1e-3
CANDIDATES = 3000
OVERLAP = 0.7

Indices = npt.NDArray[np.intp]


def detected_objects(
    boxes: Floats,
    scores: Floats,
    coefficients: Floats,
    prototypes: Floats,
    offset: int,
    size: tuple[int, int],
    height: int,
    width: int,
    threshold: float,
    limit: int,
) -> Iterator[Found]:
    """The best `limit` objects by falling score: a box that overlaps a better one of its label by an IoU
    above 0.7 is dropped.

    Args: `boxes` `[a, 4]` corners in pixels of the input of `size` (height, width), `scores` `[a, outputs]`,
    `coefficients` `[a, k]`, `prototypes` `[k, h, w]`. The masks are of the image's `height` and `width`; an
    object without a pixel is left out.
    """
    anchors, outputs = candidates(scores, max(threshold, LEAST))
    values = scores[anchors, outputs]
    kept = suppressed(boxes[anchors], values, outputs, limit)
    grow = np.array([width / size[1], height / size[0]] * 2, np.float32)
    for index in kept:
        anchor = anchors[index]
        mask = mask_in_box(coefficients[anchor], prototypes, boxes[anchor] * grow, height, width)
        if mask is not None:
            yield Found(int(outputs[index]) + offset, float(values[index]), mask)


def candidates(scores: Floats, threshold: float) -> tuple[Indices, Indices]:
    """Anchor and output of the highest scores `[a, outputs]` that reach the threshold, by falling score; of
    equal ones the first comes first.
    """
    anchors, outputs = np.nonzero(scores >= threshold)
    order = np.argsort(-scores[anchors, outputs], kind="stable")[:CANDIDATES]
    return anchors[order], outputs[order]


def suppressed(
    boxes: Floats, scores: Floats, outputs: Indices, limit: int, overlap: float = OVERLAP
) -> list[int]:
    """Greedy non-maximum suppression within each output: at most `limit` places, by falling score.

    Boxes `[n, 4]` of different outputs are moved apart, so that one pass serves all. The first boxes win
    where scores `[n]` are equal.
    """
    if not len(boxes):
        return []
    apart = boxes.astype(np.float64)
    apart += (outputs * (apart.max() - apart.min() + 1.0))[:, None]
    left, top, right, bottom = apart.T
    areas = (right - left).clip(0) * (bottom - top).clip(0)
    rest = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(rest) and len(kept) < limit:
        best, rest = rest[0], rest[1:]
        kept.append(int(best))
        across = np.minimum(right[best], right[rest]) - np.maximum(left[best], left[rest])
        down = np.minimum(bottom[best], bottom[rest]) - np.maximum(top[best], top[rest])
        both = across.clip(0) * down.clip(0)
        rest = rest[both <= overlap * (areas[best] + areas[rest] - both)]
    return kept


def mask_in_box(
    coefficients: Floats, prototypes: Floats, box: Floats, height: int, width: int
) -> Pixels | None:
    """Where the sum of the prototypes `[k, h, w]`, each times its coefficient `[k]`, upsampled to the image,
    is positive and inside the box: uint8 `[height, width]`, None where that is nowhere.

    That is where its sigmoid exceeds a half. A pixel is inside where its centre is. Only the box's part is
    computed.
    """
    left, right = (int(side) for side in np.ceil(box[0::2] - 0.5).clip(0, width))
    top, bottom = (int(side) for side in np.ceil(box[1::2] - 0.5).clip(0, height))
    if left >= right or top >= bottom:
        return None
    _, rows, columns = prototypes.shape
    first_row, last_row, down = places(top, bottom, rows / height, rows)
    first_column, last_column, across = places(left, right, columns / width, columns)
    window = prototypes[:, first_row[0] : last_row[-1] + 1, first_column[0] : last_column[-1] + 1]
    logits = np.tensordot(coefficients, window, 1)
    upper, lower = logits[first_row - first_row[0]], logits[last_row - first_row[0]]
    lines = upper + (lower - upper) * down[:, None]
    before, after = lines[:, first_column - first_column[0]], lines[:, last_column - first_column[0]]
    inside = before + (after - before) * across > 0
    if not inside.any():
        return None
    mask = np.zeros((height, width), np.uint8)
    mask[top:bottom, left:right] = inside
    return mask


def places(start: int, stop: int, ratio: float, cells: int) -> tuple[Indices, Indices, Floats]:
    """For pixels `start` to `stop` of a side: the cells before and after each one's centre, and how far it
    lies towards the latter (bilinear with half-pixel centres).
    """
    at = ((np.arange(start, stop) + 0.5) * ratio - 0.5).clip(0, cells - 1)
    before = np.floor(at).astype(np.intp)
    return before, np.minimum(before + 1, cells - 1), (at - before).astype(np.float32)
