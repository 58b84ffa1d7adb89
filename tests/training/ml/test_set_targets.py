"""The targets of a set loss take no mask of each object."""

import pytest
import torch
from torch.profiler import ProfilerActivity, profile

from tests.training.ml.masks import objects_of
from training.ml.data.loader import Batch
from training.ml.set_losses import SetLoss

CPU = torch.device("cpu")


def crowded(objects: int, side: int) -> Batch:
    targets = torch.arange(side * side).view(1, side, side) % (objects + 1)
    targets[:, :8] = -1
    return Batch(torch.zeros(1, 3, side, side), targets.to(torch.int32), (torch.arange(objects) % 3,))


def test_hundreds_of_objects_take_a_few_maps() -> None:
    batch = crowded(300, 128)
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        SetLoss(3, 100).targets(batch, CPU)
    held = sum(max(0, event.self_cpu_memory_usage) for event in seen.key_averages())
    assert held < 16 * 8 * batch.targets.numel()  # the masks alone would be 300 bytes a pixel


def semantic() -> Batch:
    values = torch.tensor([0, 3, 255, 7], dtype=torch.uint8).repeat(16)
    return Batch(torch.zeros(1, 3, 8, 8), values.view(1, 8, 8))


@pytest.mark.parametrize("batch", [crowded(40, 32), semantic()])
def test_the_numbers_are_those_of_the_objects(batch: Batch) -> None:
    targets = SetLoss(8, 100).targets(batch, CPU)
    (item,) = objects_of(batch, CPU)
    assert targets.labels[0].tolist() == item.labels.tolist()
    for place, mask in enumerate(item.masks, 1):
        assert torch.equal(targets.numbers[0] == place, mask)
    assert torch.equal(targets.numbers[0] > 0, item.masks.any(0))
