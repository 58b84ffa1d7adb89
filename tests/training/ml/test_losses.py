"""Losses are their formulas; ignored pixels do not count."""

import math

import pytest
import torch
import torch.nn.functional as F

from training.ml.hyperparameters import HYPERPARAMETERS
from training.ml.losses import balanced_weights, dice, make_loss, mean

NAMES = next(field.choices or () for field in HYPERPARAMETERS if field.name == "loss")


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
    assert torch.allclose(make_loss("cross_entropy", weight, smoothing)(*example), expected, atol=1e-6)


def test_focal_without_focus_is_cross_entropy(example: tuple[torch.Tensor, torch.Tensor]) -> None:
    plain = make_loss("cross_entropy")(*example)
    assert torch.allclose(make_loss("focal", gamma=0.0)(*example), plain, atol=1e-6)
    assert make_loss("focal", gamma=2.0)(*example) < plain


def test_dice_of_a_perfect_answer_is_zero_and_of_a_wrong_one_is_one() -> None:
    target = torch.tensor([[[0, 1], [1, 255]]])
    right = F.one_hot(torch.where(target == 255, 0, target), 3).permute(0, 3, 1, 2) * 50.0
    wrong = F.one_hot(torch.full_like(target, 2), 3).permute(0, 3, 1, 2) * 50.0
    assert float(dice(right, target)) < 1e-6
    assert float(dice(wrong, target)) > 1 - 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_without_labels_gives_zero_and_no_gradient(name: str) -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = make_loss(name)(logits, torch.full((1, 16, 16), 255))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None and float(logits.grad.abs().sum()) == 0


@pytest.mark.parametrize("name", NAMES)
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


def steps_of_iou(errors: list[float], truth: list[int]) -> float:
    """The Lovász extension by its definition: each error times what its pixel adds to 1 - IoU."""
    order = sorted(range(len(errors)), key=lambda i: -errors[i])
    wrong: set[int] = set()
    before = total = 0.0
    for index in order:
        wrong.add(index)
        kept = sum(t for i, t in enumerate(truth) if i not in wrong)
        union = sum(truth) + sum(1 - truth[i] for i in wrong)
        total += errors[index] * (1 - kept / union - before)
        before = 1 - kept / union
    return total


def test_lovasz_is_its_definition(example: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, target = example
    images = []
    for single, truth in zip(logits.softmax(1), target, strict=True):
        valid = truth != 255
        labels = [int(label) for label in truth[valid].unique()]
        values = []
        for label in labels:
            t = (truth[valid] == label).int().tolist()
            p = single[label][valid].tolist()
            values.append(steps_of_iou([abs(a - b) for a, b in zip(t, p, strict=True)], t))
        images.append(sum(values) / len(values))
    assert make_loss("lovasz")(logits, target).item() == pytest.approx(sum(images) / 2, abs=1e-5)


def test_lovasz_of_hard_answers_is_the_missing_iou() -> None:
    target = torch.tensor([[[0, 0, 1, 1]]])
    answer = torch.tensor([[[0, 1, 1, 1]]])
    logits = F.one_hot(answer, 2).permute(0, 3, 1, 2) * 50.0
    assert float(make_loss("lovasz")(logits, target)) == pytest.approx(1 - (1 / 2 + 2 / 3) / 2, abs=1e-6)


@pytest.mark.parametrize(("threshold", "keep"), [(0.7, 0.1), (0.05, 0.5), (1.0, 0.0)])
@pytest.mark.parametrize("weight", [None, torch.tensor([0.5, 2.0, 1.0])])
def test_ohem_means_over_the_hard_pixels(
    example: tuple[torch.Tensor, torch.Tensor], weight: torch.Tensor | None, threshold: float, keep: float
) -> None:
    logits, target = example
    images = []
    for single, truth in zip(logits.detach(), target, strict=True):
        valid = truth != 255
        label = truth[valid]
        p = single.softmax(0)[:, valid].gather(0, label[None])[0]
        hard = sorted(range(len(p)), key=lambda i: float(p[i]))
        count = max(int((p < threshold).sum()), math.ceil(len(p) * keep))
        chosen = hard[:count]
        share = torch.ones(len(p)) if weight is None else weight[label]
        terms = [float(-p[i].log() * share[i]) for i in chosen]
        images.append(sum(terms) / float(share[chosen].sum()))
    got = make_loss("ohem", weight, threshold=threshold, keep=keep)(logits, target)
    assert got.item() == pytest.approx(sum(images) / 2, abs=1e-5)


@pytest.mark.parametrize("name", [name for name in NAMES if "dice" not in name])
def test_parts_of_a_batch_add_up_to_it(name: str, example: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, target = example
    loss = make_loss(name, torch.tensor([0.5, 2.0, 1.0]))
    parts = list(zip(logits.split(1), target.split(1), strict=True))
    totals = torch.stack([loss.totals(*part) for part in parts]).sum(0)
    masses = torch.stack([loss.masses(part[1]) for part in parts]).sum(0)
    assert torch.allclose(mean(totals, masses), loss(logits, target), atol=1e-6)
