"""The mask is the argmax of the upsampled logits, at any size."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from training.ml.predictor import label_scores, upsampled_argmax


@pytest.mark.parametrize("size", [(64, 64), (37, 91), (8, 8), (480, 640)])
@pytest.mark.parametrize("labels", [1, 2, 5, 40])
def test_equal_to_upsampling_then_argmax(size: tuple[int, int], labels: int) -> None:
    logits = np.random.default_rng(labels).standard_normal((labels, 16, 16), np.float32)
    got = upsampled_argmax(logits, *size)
    large = F.interpolate(torch.from_numpy(logits)[None], size=size, mode="bilinear", align_corners=False)[0]
    expected = large.argmax(0).numpy()
    assert got.shape == size and got.dtype == np.uint8
    top = large.topk(min(2, labels), dim=0).values
    clear = (top[0] - top[-1] > 1e-5).numpy() if labels > 1 else np.ones(size, bool)
    assert np.array_equal(got[clear], expected[clear])
    assert clear.mean() > 0.999


def test_scores_are_the_mean_confidence_of_what_a_label_wins() -> None:
    logits = np.array([[[4.0, 0.0]], [[0.0, 2.0]], [[1.0, 1.0]]], np.float32)
    p = torch.from_numpy(logits).softmax(0).numpy()
    assert label_scores(logits) == pytest.approx([p[0, 0, 0], p[1, 0, 1], p[2].max()], abs=1e-6)
