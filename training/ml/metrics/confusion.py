"""The confusion matrix of index masks; what follows from it is in `training.scores.confusion`."""

import cv2
import numpy as np

from training.ml.images import Pixels
from training.scores.confusion import Counts

IGNORE = 255
EXACT_FLOATS = 2**24


def confusion_matrix(truth: Pixels, prediction: Pixels, labels: int) -> Counts:
    """Pixel counts `[labels, labels]`, rows truth, columns prediction; pixels whose truth is 255 do not
    count.

    Args: two index masks uint8 `[h, w]` with values under `labels`, the truth also 255.
    """
    if labels <= 15 and truth.size <= EXACT_FLOATS:
        # Two small labels fit one byte, which OpenCV counts faster than NumPy does integers; 255 saturates.
        pairs = cv2.addWeighted(truth, 16, prediction, 1, 0)
        counted = cv2.calcHist([np.ascontiguousarray(pairs)], [0], None, [256], [0, 256])
        grid = counted.reshape(16, 16)[:labels, :labels]
        return grid.astype(np.int64)
    valid = truth != IGNORE
    pairs = truth[valid].astype(np.int64) * labels + prediction[valid]
    return np.bincount(pairs, minlength=labels * labels).reshape(labels, labels)
