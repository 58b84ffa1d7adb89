"""How sure a model is, where: pictures for people."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.images import Pixels
from training.ml.reading import Found
from training.ml.runtimes import Floats
from training.ml.scoring.sampling import entropy, softmax
from training.ml.uncertainty import of_scores


def certainty(logits: Floats) -> Pixels:
    """How sure the model is in each cell of its logits `[labels, h, w]`: uint8 `[h, w, 2]`, the highest
    probability and the entropy, 255 for 1.
    """
    probabilities = softmax(logits)
    both = np.stack([probabilities.max(0), entropy(probabilities)], -1)
    return bytes_of(both)


def objects_certainty(found: Sequence[Found], height: int, width: int, size: tuple[int, int]) -> Pixels:
    """As `certainty`, at the input's size, of the objects shown: where one is, its score and the entropy of a
    coin that shows it with this probability; sure of nothing elsewhere.
    """
    both = np.zeros((height, width, 2), np.float32)
    both[:, :, 0] = 1.0
    for item in sorted(found, key=lambda item: item.score):
        both[item.mask > 0] = (item.score, of_scores([item.score]).entropy)
    small = cv2.resize(both, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    return bytes_of(np.asarray(small))


def bytes_of(shares: npt.NDArray[Any]) -> Pixels:
    """0 to 1 as 0 to 255."""
    found: Pixels = np.clip(np.rint(shares * 255), 0, 255).astype(np.uint8)
    return found
