"""Losses are their formulas; ignored pixels do not count."""

import pytest
import torch
import torch.nn.functional as F

from training.ml.losses import balanced_weights, cross_entropy, dice, focal, make_loss


@pytest.fixture
def example() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    target = torch.randint(0, 3, (2, 9, 7))
    target[0, :3] = 255
    return torch.randn(2, 3, 9, 7, requires_grad=True), target


@pytest.mark.parametrize("weight", [None, torch.tensor([0.5, 2.0, 1.0])])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_is_torchs(
    example: tuple[torch.Tensor, torch.Tensor], weight: torch.Tensor | None, smoothing: float
) -> None:
    expected = F.cross_entropy(*example, weight, ignore_index=255, label_smoothing=smoothing)
    assert torch.allclose(cross_entropy(*example, weight, smoothing), expected, atol=1e-6)


def test_focal_without_focus_is_cross_entropy(example: tuple[torch.Tensor, torch.Tensor]) -> None:
    assert torch.allclose(focal(*example, gamma=0.0), cross_entropy(*example), atol=1e-6)
    assert focal(*example, gamma=2.0) < cross_entropy(*example)


def test_dice_of_a_perfect_answer_is_zero_and_of_a_wrong_one_is_one() -> None:
    target = torch.tensor([[[0, 1], [1, 255]]])
    right = F.one_hot(torch.where(target == 255, 0, target), 3).permute(0, 3, 1, 2) * 50.0
    wrong = F.one_hot(torch.full_like(target, 2), 3).permute(0, 3, 1, 2) * 50.0
    assert float(dice(right, target)) < 1e-6
    assert float(dice(wrong, target)) > 1 - 1e-6


@pytest.mark.parametrize("name", ["cross_entropy", "dice", "focal", "cross_entropy_dice", "focal_dice"])
def test_a_batch_without_labels_gives_zero_and_no_gradient(name: str) -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = make_loss(name)(logits, torch.full((1, 16, 16), 255))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None and float(logits.grad.abs().sum()) == 0


@pytest.mark.parametrize("name", ["cross_entropy", "dice", "focal", "cross_entropy_dice", "focal_dice"])
def test_ignored_pixels_have_no_gradient(name: str, example: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, target = example
    make_loss(name)(logits, target).backward()
    assert logits.grad is not None
    assert float(logits.grad[0, :, :3].abs().max()) == 0
    assert float(logits.grad[0, :, 3:].abs().max()) > 0


def test_balanced_weights_favour_rare_labels_and_mean_one() -> None:
    weights = balanced_weights([0.81, 0.09, 0.0, 0.10])
    assert weights[1] / weights[0] == pytest.approx(3.0)
    assert float(weights[[0, 1, 3]].mean()) == pytest.approx(1.0)
    assert float(weights[2]) == 1.0
