"""One step of the engine: passes added up are one batch, and a compiled model trains as a plain one."""

import copy
from typing import Any

import pytest
import torch
from torch import nn

from tests.training.ml.conftest import MakeRun, run_here, state_of
from training.ml.data.loader import Batch
from training.ml.engine import Engine
from training.ml.losses import make_loss

CPU = torch.device("cpu")


def small() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.GELU(), nn.Conv2d(8, 3, 1))


def batches(count: int) -> list[Batch]:
    """Four images as `count` batches; most pixels of the first image are ignored."""
    torch.manual_seed(2)
    images, targets = torch.randn(4, 3, 16, 16), torch.randint(0, 3, (4, 16, 16), dtype=torch.uint8)
    targets[0, 1:] = 255
    return [Batch(*pair) for pair in zip(images.chunk(count), targets.chunk(count), strict=True)]


def trained(count: int, loss: str, **options: Any) -> tuple[list[float], list[torch.Tensor]]:
    model = small()
    weight = torch.tensor([0.5, 2.0, 1.0])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    engine = Engine(model, optimizer, make_loss(loss, weight), CPU, "fp32", 1.0, **options)
    losses = [float(engine.step(batches(count))) for _ in range(4)]
    return losses, [copy.deepcopy(p.detach()) for p in model.parameters()]


@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "lovasz", "ohem", "cross_entropy_lovasz"])
@pytest.mark.parametrize("count", [2, 4])
def test_passes_added_up_are_one_batch(loss: str, count: int) -> None:
    whole, parts = trained(1, loss), trained(count, loss)
    assert parts[0] == pytest.approx(whole[0], abs=1e-6)
    for expected, got in zip(whole[1], parts[1], strict=True):
        assert torch.allclose(got, expected, atol=1e-6)


def test_a_compiled_model_trains_as_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = torch.compile, []

    def compile_plainly(model: nn.Module, **options: Any) -> Any:
        asked.append(options)
        return real(model, backend="aot_eager", **options)

    monkeypatch.setattr(torch, "compile", compile_plainly)
    assert trained(1, "cross_entropy", compiled=True)[0] == pytest.approx(trained(1, "cross_entropy")[0])
    assert asked == [{"dynamic": False}]


def test_the_new_fields_reach_the_run(make_run: MakeRun) -> None:
    given = {
        "steps": 2, "batch_size": 1, "accumulate": 2, "optimizer": "lion", "loss": "ohem",
        "learning_rate": 1e-4, "schedule": "one_cycle", "layer_decay": 0.8, "beta2": 0.98,
    }  # fmt: skip
    folder = make_run(hyperparameters=given)
    run_here(folder)
    assert state_of(folder)["status"] == "succeeded"
