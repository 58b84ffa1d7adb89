"""Which heads and channels are taken out: those that the loss or their weights say matter least."""

from typing import cast

import pytest
import torch
from torch import Tensor, nn

from training.ml.data.loader import Batch
from training.ml.losses import make_loss
from training.ml.models import ARCHITECTURES
from training.ml.models.prunable import Group, groups_of, narrow
from training.ml.models.segformer import Attention, MixFFN
from training.ml.pruning import LEAST_KEPT, chosen, cost, magnitudes, prune, rounded, taylor, widths_of

CPU = torch.device("cpu")
FFN = "segformer.stages.0.blocks.0.mlp"
HEADS = "segformer.stages.3.blocks.1.attention"


@pytest.fixture(scope="module")
def model() -> nn.Module:
    torch.manual_seed(0)
    family = ARCHITECTURES["segformer"]
    return family.build(family.config("b0", 3))


@pytest.fixture(scope="module")
def batch() -> Batch:
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(2, 3, 64, 64, generator=generator)
    return Batch(images, torch.randint(0, 3, (2, 64, 64), generator=generator, dtype=torch.uint8))


def scores_of(model: nn.Module, importance: str, batch: Batch) -> dict[str, Tensor]:
    groups = groups_of(model)
    if importance == "magnitude":
        return magnitudes(model, groups)
    return taylor(model, groups, make_loss("cross_entropy"), [batch], CPU)


@pytest.mark.parametrize("importance", ["taylor", "magnitude"])
def test_what_does_nothing_leaves_first(model: nn.Module, batch: Batch, importance: str) -> None:
    ffn, attention = cast(MixFFN, model.get_submodule(FFN)), cast(Attention, model.get_submodule(HEADS))
    dead = list(range(0, 128, 2))
    with torch.no_grad():
        for value in (*ffn.fc1.parameters(), *ffn.dwconv.parameters()):
            value[dead] = 0
        ffn.fc2.weight[:, dead] = 0
        for layer in (attention.q_proj, attention.k_proj, attention.v_proj):
            layer.weight[64:96] = 0
        attention.o_proj.weight[:, 64:96] = 0
    scores = scores_of(model, importance, batch)
    assert bool((scores[f"{FFN}.wide"][dead] == 0).all())
    assert int(scores[f"{HEADS}.heads"].argmin()) == 2
    kept = chosen(model, groups_of(model), scores, 0.5, "uniform")
    assert kept[f"{FFN}.wide"] == list(range(1, 128, 2))
    assert 2 not in kept[f"{HEADS}.heads"] and len(kept[f"{HEADS}.heads"]) == 4


def test_the_taylor_score_is_the_gates_slope_squared(model: nn.Module, batch: Batch) -> None:
    model.eval()
    ffn = cast(MixFFN, model.get_submodule(FFN))
    gate = torch.ones(128, requires_grad=True)
    handle = ffn.fc2.register_forward_pre_hook(lambda _, given: (given[0] * gate,))
    criterion = make_loss("cross_entropy")
    criterion(model(batch.images), batch.targets).backward()  # type: ignore[no-untyped-call]
    handle.remove()
    assert gate.grad is not None
    found = scores_of(model, "taylor", batch)[f"{FFN}.wide"]
    torch.testing.assert_close(found, gate.grad.square(), rtol=1e-3, atol=1e-12)


@pytest.mark.parametrize("importance", ["taylor", "magnitude"])
@pytest.mark.parametrize("spread", ["uniform", "global"])
def test_nothing_leaves_where_nothing_is_asked(
    model: nn.Module, batch: Batch, importance: str, spread: str
) -> None:
    assert prune(model, 0.0, importance, spread, make_loss("cross_entropy"), [batch], CPU) == {}


def test_a_global_threshold_takes_its_part_and_leaves_a_tenth(batch: Batch) -> None:
    torch.manual_seed(0)
    family = ARCHITECTURES["segformer"]
    config = family.config("b0", 3)
    model = family.build(config)
    before = {group.name: group.units for group in groups_of(model)}
    weights = weights_of(model)
    kept = prune(model, 0.7, "magnitude", "global", make_loss("cross_entropy"), [batch], CPU)
    narrow(model, kept)
    widths = widths_of(model, kept)
    assert all(widths[name] >= LEAST_KEPT * before[name] for name in kept)
    assert all(width % 16 == 0 for name, width in widths.items() if "mlp" in name)
    assert 0.25 < weights_of(model) / weights < 0.35
    twin = family.build({**config, "pruned": widths})
    twin.load_state_dict(model.state_dict())


@pytest.mark.parametrize(
    ("units", "count", "expected"), [(128, 64, 64), (128, 89.6, 96), (40, 3, 8), (6, 1, 1)]
)
def test_widths_run_well(units: int, count: float, expected: int) -> None:
    assert rounded(count, Group("g", units, ())) == expected


def weights_of(model: nn.Module) -> float:
    return sum(group.units * cost(model, group) for group in groups_of(model))


def test_a_head_is_a_head() -> None:
    assert rounded(3.5, Group("g", 5, (), "heads")) == 4 and rounded(0.2, Group("g", 8, (), "heads")) == 1
