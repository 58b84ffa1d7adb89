"""The loss of detections is its formulas, and that of a batch whatever passes it is cut into."""

import copy

import pytest
import torch
import torch.nn.functional as F

from training.ml import detection_losses
from training.ml.boxes import distances_of
from training.ml.data.loader import Batch
from training.ml.detection_losses import DetectionLoss, distribution_focal, in_boxes
from training.ml.engine import Engine
from training.ml.models.yolov8seg import FAMILY, Raw

CPU = torch.device("cpu")


def batch() -> Batch:
    """Three images: two objects and one of which nothing is left, one with ignored pixels, none."""
    torch.manual_seed(0)
    numbers = torch.zeros(3, 64, 64, dtype=torch.int32)
    numbers[0, 4:30, 6:41], numbers[0, 40:60, 40:60] = 1, 3
    numbers[1, 10:50, 8:57] = 1
    numbers[1, :5] = -1
    labels = (torch.tensor([0, 1, 2]), torch.tensor([1]), torch.zeros(0, dtype=torch.int64))
    return Batch(torch.randn(3, 3, 64, 64) + numbers.unsqueeze(1), numbers, labels)


def answer() -> Raw:
    torch.manual_seed(1)
    sizes = (8, 4, 2)
    return Raw(
        [torch.randn(3, 64, n, n, requires_grad=True) for n in sizes],
        [torch.randn(3, 3, n, n, requires_grad=True) for n in sizes],
        [torch.randn(3, 32, n, n, requires_grad=True) for n in sizes],
        torch.randn(3, 32, 16, 16, requires_grad=True),
    )


def test_targets_are_the_objects_that_have_pixels() -> None:
    targets = DetectionLoss().targets(batch(), CPU)
    assert [item.tolist() for item in targets.labels] == [[0, 2], [1], []]
    assert targets.boxes[0].tolist() == [[6, 4, 41, 30], [40, 40, 60, 60]]
    assert (targets.shares[0].sum((1, 2)) * 16).tolist() == [26 * 35, 20 * 20]
    assert targets.shares[0][0, 1, 1] == 2 / 4 and targets.known[1, 1, 0] == 3 / 4
    assert targets.shares[2].shape == (0, 16, 16) and targets.boxes[2].shape == (0, 4)


def test_a_cells_cross_entropy_is_that_of_its_pixels() -> None:
    """Of one image with one object: the masks' term by whole pixels."""
    one = batch()
    numbers = one.targets[1:2]
    loss, raw = DetectionLoss(mask_gain=1.0), Raw(*(pick(part, 1) for part in answer()))
    targets = loss.targets(Batch(one.images[1:2], numbers, one.labels[1:2]), CPU)
    owner, score, coefficients = assigned(raw, targets)
    x0, y0, x1, y1 = (int(side) for side in targets.boxes[0][0])
    top, left, bottom, right = y0 // 4 * 4, x0 // 4 * 4, -(-y1 // 4) * 4, -(-x1 // 4) * 4
    expected = 0.0
    for anchor in (owner >= 0).nonzero().squeeze(1).tolist():
        logits = torch.einsum("k,khw->hw", coefficients[anchor], raw.prototypes[0])
        large = logits.repeat_interleave(4, 0).repeat_interleave(4, 1)[top:bottom, left:right]
        inside = numbers[0, top:bottom, left:right]
        counts = inside >= 0
        entropy = F.binary_cross_entropy_with_logits(large[counts], (inside == 1).float()[counts])
        expected += float(entropy * score[anchor])
    assert float(loss.totals(raw, targets)[3]) == pytest.approx(expected, rel=1e-4)


def pick(part: list[torch.Tensor] | torch.Tensor, index: int) -> list[torch.Tensor] | torch.Tensor:
    if isinstance(part, list):
        return [item[index : index + 1].detach() for item in part]
    return part[index : index + 1].detach()


def assigned(raw: Raw, targets: detection_losses.DetectionTargets) -> tuple[torch.Tensor, ...]:
    boxes, scores, coefficients, _ = FAMILY.build(FAMILY.config("n", 3, "instance")).read(raw)
    centres, _ = detection_losses.centres_of(raw.sides)
    owner, score = detection_losses.assign(scores[0], boxes[0], centres, targets.labels[0], targets.boxes[0])
    return owner, score, coefficients[0]


def test_masks_are_the_same_computed_whole_or_inside_boxes() -> None:
    torch.manual_seed(2)
    image, owner = torch.tensor([0, 0, 1]), torch.tensor([0, 1, 1, 2])
    cell = torch.tensor([3, 0, 7, 5])
    expected, grads = None, []
    for cells in (16, 4096):
        coefficients = torch.linspace(-1, 1, 96).view(3, 32).requires_grad_()
        prototypes = torch.zeros(2, 32, cells)
        prototypes[..., :16] = torch.linspace(-1, 2, 1024).view(2, 32, 16)
        prototypes.requires_grad_()
        logits = in_boxes(coefficients, prototypes, image, owner, cell)
        logits.square().sum().backward()
        grads.append((logits, coefficients.grad, prototypes.grad[..., :16]))
    for expected, got in zip(*grads, strict=True):
        assert torch.allclose(expected, got, atol=1e-5)


def test_the_distribution_is_drawn_to_the_bins_beside_the_distance() -> None:
    logits = torch.zeros(1, 64, requires_grad=True)
    reach = torch.tensor([[0.0, 2.25, 7.5, 40.0]])
    optimizer = torch.optim.Adam([logits], 0.2)
    for _ in range(200):
        optimizer.zero_grad()
        distribution_focal(logits, reach).sum().backward()
        optimizer.step()
    assert distances_of(logits)[0].tolist() == pytest.approx([0.0, 2.25, 7.5, 14.99], abs=0.05)


def test_ignored_pixels_teach_no_class_and_no_mask() -> None:
    raw = answer()
    numbers = torch.full((3, 64, 64), -1, dtype=torch.int32)
    numbers[:, 20:44, 20:44] = 1
    targets = DetectionLoss().targets(
        Batch(torch.zeros(3, 3, 64, 64), numbers, (torch.tensor([0]),) * 3), CPU
    )
    DetectionLoss().totals(raw, targets)[:4].sum().backward()
    for level in raw.classes:
        assert float(level.grad[:, :, 0].abs().max()) == 0
    assert float(raw.prototypes.grad[:, :, :5].abs().max()) == 0
    assert float(raw.prototypes.grad[:, :, 5:11].abs().max()) > 0


def test_images_without_objects_teach_that_there_is_nothing() -> None:
    raw = answer()
    empty = Batch(
        torch.zeros(3, 3, 64, 64), torch.zeros(3, 64, 64, dtype=torch.int32), (torch.zeros(0).long(),) * 3
    )
    loss = DetectionLoss()
    value = loss(raw, loss.targets(empty, CPU))
    value.backward()
    assert value.item() > 0 and all(float(level.grad.min()) > 0 for level in raw.classes)
    assert float(raw.prototypes.grad.abs().max()) == 0


@pytest.mark.parametrize("count", [2, 3])
def test_passes_added_up_are_one_batch(count: int) -> None:
    whole, parts = trained(1), trained(count)
    assert parts[0] == pytest.approx(whole[0], rel=1e-4)
    for expected, got in zip(whole[1], parts[1], strict=True):
        assert torch.allclose(got, expected, atol=1e-5)


def trained(count: int) -> tuple[list[float], list[torch.Tensor]]:
    """Two steps over three images in `count` passes, without the norms' statistics of a batch."""
    torch.manual_seed(3)
    model = FAMILY.build(FAMILY.config("n", 3, "instance")).eval()
    model.forward = model.outputs  # type: ignore[method-assign]
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    engine = Engine(model, optimizer, DetectionLoss(), CPU, "fp32", 1.0)
    one = batch()
    cut = [list(range(3))[i::count] for i in range(count)]
    passes = [Batch(one.images[i], one.targets[i], tuple(one.labels[j] for j in i)) for i in cut]
    losses = [float(engine.step(passes)) for _ in range(2)]
    return losses, [copy.deepcopy(p.detach()) for p in model.parameters()]
