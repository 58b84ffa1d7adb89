"""What follows from a confusion matrix of pixels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


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
    frequency_weighted_iou: float


def summarise(matrix: Counts) -> Summary:
    """IoU, precision, recall and F1 of each label and their means, of a matrix `[labels, labels]`, rows
    truth.

    With tp, fp and fn the pixels of a label that are hit, wrongly given and missed: IoU tp / (tp + fp + fn),
    precision tp / (tp + fp), recall tp / (tp + fn), F1 2 tp / (2 tp + fp + fn); a precision or recall of
    nothing is 0. The frequency-weighted IoU weighs each label's by its share of the truth (Long et al. 2015,
    section 5).
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
        frequency_weighted_iou=float((np.nan_to_num(iou) * truth).sum() / total) if total else 0.0,
    )


def mean(values: Values) -> float:
    """Mean of what is not NaN, 0 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else 0.0
