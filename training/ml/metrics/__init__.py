"""Metrics from counts: confusion matrix, IoU, F1, precision, recall, accuracy and boundary F1 of label maps;
average precision and panoptic quality of objects.
"""

from training.ml.metrics.average_precision import AveragePrecision
from training.ml.metrics.boundary import BoundaryCounts
from training.ml.metrics.confusion import confusion_matrix
from training.ml.metrics.panoptic import PanopticQuality
from training.scores.confusion import Summary, summarise

__all__ = [
    "AveragePrecision",
    "BoundaryCounts",
    "PanopticQuality",
    "Summary",
    "confusion_matrix",
    "summarise",
]
