"""The fields allow a focus between 0 and 1: its gradient is a number where the model is sure."""

import pytest
import torch

from training.ml.losses import make_loss
from training.ml.mask_terms import Matched, WholeMasks


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_a_sure_pixel_has_a_finite_gradient(gamma: float) -> None:
    logits = torch.tensor([30.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 4, 4).clone().requires_grad_()
    make_loss("focal", gamma=gamma)(logits, torch.zeros(1, 4, 4, dtype=torch.uint8)).backward()
    assert logits.grad is not None and bool(torch.isfinite(logits.grad).all())


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_a_sure_mask_has_a_finite_gradient(gamma: float) -> None:
    masks = torch.full((1, 2, 2), 60.0, requires_grad=True)
    one = torch.ones(1, dtype=torch.int64)
    truth = Matched(torch.ones(1, 4, 4, dtype=torch.int32), one - 1, one)
    entropy, overlap = WholeMasks(gamma=gamma).sums(masks, truth, torch.rand)
    (entropy + overlap).backward()
    assert masks.grad is not None and bool(torch.isfinite(masks.grad).all())
