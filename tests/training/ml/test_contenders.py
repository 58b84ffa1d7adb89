"""Labels that are passed over because they can win nowhere would have won nowhere."""

import cv2
import numpy as np
import pytest

from training.ml.predictor import contenders, upsampled_argmax


def every_label(logits: np.ndarray, height: int, width: int) -> np.ndarray:
    large = [cv2.resize(label, (width, height), interpolation=cv2.INTER_LINEAR) for label in logits]
    return np.argmax(large, axis=0)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 8, 8), (40, 16, 12), (9, 1, 7), (9, 5, 1)])
def test_the_mask_is_the_same_as_with_every_label(shape: tuple[int, int, int]) -> None:
    random = np.random.default_rng(0)
    for strength in (0.1, 2.0):
        logits = random.normal(size=shape).astype(np.float32)
        logits += strength * random.normal(size=(shape[0], 1, 1)).astype(np.float32)
        assert (upsampled_argmax(logits, 37, 50) == every_label(logits, 37, 50)).all()


def test_of_equal_logits_the_lower_label_wins() -> None:
    logits = np.zeros((12, 6, 6), np.float32)
    logits[5:8] = 1.0
    assert (upsampled_argmax(logits, 20, 20) == 5).all()


def test_labels_that_are_nowhere_near_are_passed_over() -> None:
    random = np.random.default_rng(1)
    logits = random.normal(size=(150, 16, 16)).astype(np.float32)
    logits -= 12
    logits[[3, 77], :, :8] += 16
    logits[9, :, 8:] += 16
    logits[[3, 9, 77]] += 8
    assert set(contenders(logits).tolist()) == {3, 9, 77}
