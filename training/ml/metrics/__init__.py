"""Metrics of semantic segmentation from counts: confusion matrix, IoU, F1, precision, recall, accuracy,
boundary F1.
"""

from training.ml.metrics.boundary import BoundaryCounts
from training.ml.metrics.confusion import Summary, confusion_matrix, summarise

__all__ = ["BoundaryCounts", "Summary", "confusion_matrix", "summarise"]
