"""The losses on sets of masks: transformers' own at the same random state, sums that add up over batches."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor
from transformers import Mask2FormerConfig
from transformers.models.mask2former.modeling_mask2former import Mask2FormerLoss
from transformers.models.maskformer.modeling_maskformer import MaskFormerHungarianMatcher, MaskFormerLoss

from tests.training.ml.masks import Objects, number
from training.ml import set_losses
from training.ml.losses import mean
from training.ml.mask_terms import PointMasks, WholeMasks
from training.ml.models.queries import Queries
from training.ml.set_losses import SetLoss, SetTargets

OUTPUTS, QUERIES, SIDE, LAYERS = 3, 7, 32, 3
WEIGHTS = {"class": 2.0, "mask": 5.0, "dice": 4.0}


@pytest.fixture(autouse=True)
def doubles() -> Iterator[None]:
    """Double precision, so that rounding hides nothing."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def objects(*counts: int) -> list[Objects]:
    """Images with that many vertical stripes as objects, and a stripe of nothing."""
    found = []
    for seed, count in enumerate(counts):
        edges = torch.linspace(0, SIDE, count + 2).long()
        masks = torch.zeros(count, SIDE, SIDE, dtype=torch.bool)
        for i in range(count):
            masks[i, :, edges[i] : edges[i + 1]] = True
        generator = torch.Generator().manual_seed(seed)
        found.append(Objects(torch.randint(0, OUTPUTS, (count,), generator=generator), masks))
    return found


def queries(batch: int, requires_grad: bool = False) -> Queries:
    torch.manual_seed(1)
    classes = [torch.randn(batch, QUERIES, OUTPUTS + 1, requires_grad=requires_grad) for _ in range(LAYERS)]
    masks = [3 * torch.randn(batch, QUERIES, SIDE // 4, SIDE // 4) for _ in range(LAYERS)]
    return Queries(classes, [mask.requires_grad_(requires_grad) for mask in masks])


def loss(form: PointMasks | WholeMasks) -> SetLoss:
    return SetLoss(OUTPUTS, QUERIES, *WEIGHTS.values(), no_object_weight=0.1, form=form)


def theirs(criterion: torch.nn.Module, raw: Queries, truth: list[Objects]) -> Tensor:
    """The weighed sum that transformers' models make of their criterion's parts."""
    layers = [
        {"masks_queries_logits": mask, "class_queries_logits": classes}
        for mask, classes in zip(raw.masks[:-1], raw.classes[:-1], strict=True)
    ]
    masks = [item.masks.to(torch.float64) for item in truth]
    parts = criterion(raw.masks[-1], raw.classes[-1], masks, [item.labels for item in truth], layers)
    names = {"cross_entropy": "class", "mask": "mask", "dice": "dice"}
    return sum(
        WEIGHTS[kind] * value for name, value in parts.items() for part, kind in names.items() if part in name
    )


@pytest.mark.parametrize("counts", [(2, 3), (1, 5), (0, 2), (9, 2)])
def test_on_points_it_is_transformers_loss_of_mask2former(counts: tuple[int, ...]) -> None:
    config = Mask2FormerConfig(
        num_labels=OUTPUTS,
        train_num_points=100,
        class_weight=WEIGHTS["class"],
        mask_weight=WEIGHTS["mask"],
        dice_weight=WEIGHTS["dice"],
    )
    raw, truth = queries(len(counts), requires_grad=True), objects(*counts)
    torch.manual_seed(3)
    expected = theirs(Mask2FormerLoss(config, {}), raw, truth)
    wanted = torch.autograd.grad(expected, [*raw.masks, *raw.classes])
    torch.manual_seed(3)
    got = loss(PointMasks(points=100))(raw, number(truth))
    assert abs(got.item() - expected.item()) < 1e-5 * expected.item()
    for mine, other in zip(torch.autograd.grad(got, [*raw.masks, *raw.classes]), wanted, strict=True):
        assert torch.allclose(mine, other, atol=1e-8)


@pytest.mark.parametrize("counts", [(2, 3), (1, 5), (9, 2)])
def test_on_whole_masks_it_is_transformers_loss_of_maskformer(counts: tuple[int, ...]) -> None:
    matcher = MaskFormerHungarianMatcher(WEIGHTS["class"], WEIGHTS["mask"], WEIGHTS["dice"])
    raw, truth = queries(len(counts), requires_grad=True), objects(*counts)
    expected = theirs(MaskFormerLoss(OUTPUTS, matcher, {}, 0.1), raw, truth)
    wanted = torch.autograd.grad(expected, [*raw.masks, *raw.classes])
    got = loss(WholeMasks())(raw, number(truth))
    assert abs(got.item() - expected.item()) < 1e-5 * expected.item()
    for mine, other in zip(torch.autograd.grad(got, [*raw.masks, *raw.classes]), wanted, strict=True):
        assert torch.allclose(mine, other, atol=1e-8)


def part(raw: Queries, images: slice) -> Queries:
    return Queries([item[images] for item in raw.classes], [item[images] for item in raw.masks])


@pytest.mark.parametrize("form", [PointMasks(points=64), WholeMasks()])
def test_a_batch_in_parts_has_the_loss_of_the_whole(
    form: PointMasks | WholeMasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the points the same: drawn ones are a sample of the same sum."""
    points = torch.rand(1, 200, 2)
    monkeypatch.setattr(
        set_losses, "chance", lambda *_, **__: lambda n, p, _: points[:, :p].expand(n, -1, -1)
    )
    raw, truth, criterion = queries(3), number(objects(2, 9, 0)), loss(form)
    whole = criterion(raw, truth)
    pieces = [
        (part(raw, slice(i, i + 1)), SetTargets([truth.labels[i]], truth.numbers[i : i + 1]))
        for i in range(3)
    ]
    totals = sum(criterion.totals(*piece) for piece in pieces)
    masses = sum(criterion.masses(piece[1]) for piece in pieces)
    assert torch.allclose(mean(totals, masses), whole, rtol=1e-6)


def test_a_batch_without_objects_teaches_classes_alone() -> None:
    raw = queries(2, requires_grad=True)
    criterion = loss(PointMasks(points=16))
    got = criterion.totals(raw, number(objects(0, 0)))
    assert got[0].item() > 0 and got[1:].tolist() == [0, 0]
    got.sum().backward()
    assert all(item.grad is not None for item in [*raw.classes, *raw.masks])


def test_validation_has_the_same_points_every_time() -> None:
    raw, truth, criterion = queries(2), number(objects(2, 3)), loss(PointMasks(points=16))
    with torch.no_grad():
        before = torch.get_rng_state()
        assert torch.equal(criterion(raw, truth), criterion(raw, truth))
        assert torch.equal(torch.get_rng_state(), before)


def test_objects_keep_their_masks_as_numbers() -> None:
    truth = objects(3, 0)
    targets = number(truth)
    assert [len(labels) for labels in targets.labels] == [3, 0]
    for i in range(3):
        assert torch.equal(targets.numbers[0] == i + 1, truth[0].masks[i])
    assert not targets.numbers[1].any()
