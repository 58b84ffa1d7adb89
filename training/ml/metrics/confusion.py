"""The confusion matrix of index masks and what follows from it. NumPy only."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels

IGNORE = 255
EXACT_FLOATS = 2**24
Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


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


@dataclass(frozen=True)
class Summary:
    """Metrics of a confusion matrix. Per label float64 `[labels]`, NaN where the label is in neither truth
    nor prediction; the means are over the labels that are in one of them.
    """

    iou: Values
    precision: Values
    recall: Values
    f1: Values
    support: Counts
    pixel_accuracy: float
    miou: float
    mean_f1: float
    mean_precision: float
    mean_recall: float


def summarise(matrix: Counts) -> Summary:
    """IoU, precision, recall and F1 of each label and their means.

    With tp, fp and fn the pixels of a label that are hit, wrongly given and missed: IoU tp / (tp + fp + fn),
    precision tp / (tp + fp), recall tp / (tp + fn), F1 2 tp / (2 tp + fp + fn); a precision or recall of
    nothing is 0.
    """
    hit = np.diag(matrix).astype(np.float64)
    truth, given = matrix.sum(1), matrix.sum(0)
    present = (truth + given) > 0

    def ratio(part: Values, whole: Values | Counts) -> Values:
        return np.where(present, part / np.maximum(whole, 1), np.nan)

    iou, f1 = ratio(hit, truth + given - hit), ratio(2 * hit, truth + given)
    precision, recall = ratio(hit, given), ratio(hit, truth)
    total = int(matrix.sum())
    return Summary(
        iou=iou,
        precision=precision,
        recall=recall,
        f1=f1,
        support=truth,
        pixel_accuracy=float(hit.sum() / total) if total else 0.0,
        miou=mean(iou),
        mean_f1=mean(f1),
        mean_precision=mean(precision),
        mean_recall=mean(recall),
    )


def mean(values: Values) -> float:
    """Mean of what is not NaN, 0 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else 0.0
