"""Confident learning on the pixels of one image (Northcutt et al. 2021, "Confident Learning: Estimating
Uncertainty in Dataset Labels", section 3.1; for segmentation Lad and Mueller 2023).

A pixel is confidently of a label where the label's probability reaches the label's threshold, the mean of its
probability over the pixels that are labelled so; of several the most probable. NumPy only.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels
from training.ml.runtimes import Floats

NOTHING = -1
Labels = npt.NDArray[np.int16]


@dataclass
class Thresholds:
    """Sums over images from which each label's threshold follows."""

    labels: int
    total: npt.NDArray[np.float64] = field(init=False)
    count: npt.NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.total, self.count = np.zeros(self.labels), np.zeros(self.labels)

    def add(self, probabilities: Floats, truth: Pixels) -> None:
        """Take in an image: probabilities `[labels, h, w]` and labels uint8 `[h, w]`, 255 ignored."""
        for label in range(self.labels):
            mine = truth == label
            self.total[label] += probabilities[label][mine].sum(dtype=np.float64)
            self.count[label] += mine.sum()

    def values(self) -> npt.NDArray[np.float64]:
        """The thresholds, float64 `[labels]`; 1 of a label that is nowhere: nothing is confidently of it."""
        return np.where(self.count > 0, self.total / np.maximum(self.count, 1), 1.0)


def confident(probabilities: Floats, thresholds: npt.NDArray[np.float64]) -> Labels:
    """The label that each pixel is confidently of, int16 `[h, w]`, -1 where it is of none."""
    reached = probabilities >= thresholds[:, None, None]
    best = np.where(reached, probabilities, -1.0).argmax(0).astype(np.int16)
    return np.where(reached.any(0), best, np.int16(NOTHING))
