"""A unit that contributes nothing leaves no trace when it is taken away, in every architecture."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from tests.training.ml.smallest import smallest
from training.ml.models import ARCHITECTURES, Architecture
from training.ml.models.prunable import groups_of, narrow, value_of
from training.ml.validation import raw_of

SIDE = 64


@pytest.fixture(scope="module", params=list(ARCHITECTURES))
def family(request: pytest.FixtureRequest) -> Iterator[Architecture]:
    with smallest(request.param) as found:
        yield found


def lively(model: nn.Module) -> nn.Module:
    """The model with norms that are no identity and branches that start at zero switched on."""
    for name, value in [*model.named_parameters(), *model.named_buffers()]:
        if name.endswith("running_var"):
            value.data.uniform_(0.5, 2)
        elif value.is_floating_point() and value.ndim == 1:
            value.data.add_(torch.randn_like(value) * 0.1)
    return model.eval()


def silenced(model: nn.Module) -> dict[str, list[int]]:
    """Of each group the units that stay; the others' outputs are read by zeros."""
    kept = {}
    for group in groups_of(model):
        gone = torch.randperm(group.units)[: (group.units + 1) // 3].tolist()
        kept[group.name] = [unit for unit in range(group.units) if unit not in gone]
        for part in (part for part in group.parts if part.read):
            for unit in gone:
                value = value_of(model, part.tensor).data
                value.narrow(part.axis, part.start + unit * part.size, part.size).zero_()
    return kept


def answers(model: nn.Module, image: Tensor) -> list[Tensor]:
    with torch.no_grad():
        return [*tree_leaves(raw_of(model, image)), *tree_leaves(model(image))]


def test_silent_units_leave_the_outputs_as_they_are(family: Architecture) -> None:
    torch.manual_seed(0)
    task = family.tasks[0]
    config = family.config(family.variants[0].name, 3, task)
    model = lively(family.build(config))
    kept = silenced(model)
    image = torch.randn(2, 3, SIDE, SIDE)
    before, size = answers(model, image), sum(p.numel() for p in model.parameters())
    narrow(model, kept)
    for mine, other in zip(before, answers(model, image), strict=True):
        assert (mine - other).abs().max() <= 1e-5 * max(1.0, float(mine.abs().max()))
    assert sum(p.numel() for p in model.parameters()) < 0.9 * size

    # Once more, on what is left.
    again = silenced(model)
    before = answers(model, image)
    narrow(model, again)
    for mine, other in zip(before, answers(model, image), strict=True):
        assert (mine - other).abs().max() <= 1e-5 * max(1.0, float(mine.abs().max()))

    widths = {group.name: group.units for group in groups_of(model)}
    twin = family.build({**config, "pruned": widths}).eval()
    twin.load_state_dict(model.state_dict())
    for mine, other in zip(answers(model, image), answers(twin, image), strict=True):
        assert torch.equal(mine, other)
