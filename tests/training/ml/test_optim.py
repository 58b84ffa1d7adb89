"""Parameter groups and schedules follow the hyperparameters."""

import copy

import pytest
import torch

from training.ml.hyperparameters import fill
from training.ml.lion import Lion
from training.ml.models.segformer import Segformer, SegformerConfig
from training.ml.optim import MovingAverage, make_optimizer, parameter_groups, rate_at, set_rate


def test_norms_and_biases_are_not_decayed_and_the_head_has_its_rate() -> None:
    model = Segformer(SegformerConfig(2))
    given = fill({"weight_decay": 0.05, "head_lr_multiplier": 10.0})
    groups = parameter_groups(model, "segformer.", given, 0.5)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    seen = set()
    for group in groups:
        for parameter in group["params"]:
            name = names[id(parameter)]
            seen.add(name)
            spared = name.endswith("bias") or "norm" in name
            assert group["weight_decay"] == (0.0 if spared else 0.05), name
            assert group["scale"] == (0.5 if name.startswith("segformer.") else 10.0), name
    assert seen == set(names.values())


def test_frozen_parameters_are_left_out() -> None:
    model = Segformer(SegformerConfig(2))
    model.segformer.requires_grad_(False)
    groups = parameter_groups(model, "segformer.", fill({}), 1.0)
    assert sum(len(g["params"]) for g in groups) == len(list(model.decode_head.parameters()))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("poly", [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]), ("constant", [0.5, 1, 1, 1, 1, 1])],
)
def test_rates(schedule: str, expected: list[float]) -> None:
    given = fill({"schedule": schedule, "warmup_steps": 2, "learning_rate": 1.0})
    assert [rate_at(step, 6, given) for step in range(1, 7)] == pytest.approx(expected)


def test_cosine_is_half_way_down_in_the_middle() -> None:
    given = fill({"schedule": "cosine", "warmup_steps": 0, "learning_rate": 2.0})
    assert rate_at(1, 100, given) == 2.0
    assert rate_at(51, 100, given) == pytest.approx(1.0)
    assert 0 < rate_at(100, 100, given) < 0.01


@pytest.mark.parametrize("name", ["adamw", "lion", "sgd"])
def test_an_optimiser_steps_with_the_scaled_rate(name: str) -> None:
    model = Segformer(SegformerConfig(2))
    given = fill({"optimizer": name})
    optimizer = make_optimizer(parameter_groups(model, "segformer.", given, 0.1), given)
    set_rate(optimizer, 0.01)
    assert sorted({group["lr"] for group in optimizer.param_groups}) == pytest.approx([0.001, 0.01])


@pytest.mark.parametrize(("total", "rise"), [(10, 0.3), (100, 0.25), (7, 0.5)])
def test_one_cycle_is_torchs(total: int, rise: float) -> None:
    given = fill({"schedule": "one_cycle", "learning_rate": 0.5, "one_cycle_rise": rise})
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.5, total_steps=total, pct_start=rise, cycle_momentum=False
    )
    for step in range(1, total + 1):
        assert rate_at(step, total, given) == pytest.approx(theirs.get_last_lr()[0], abs=1e-9)
        optimizer.step()
        if step < total:
            theirs.step()


def test_one_cycle_of_one_step_is_a_rate() -> None:
    assert 0 < rate_at(1, 1, fill({"schedule": "one_cycle", "learning_rate": 0.5})) <= 0.5


def test_lion_is_its_algorithm() -> None:
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(4, 3))
    optimizer = Lion([{"params": [weight], "weight_decay": 0.1}], lr=0.01)
    expected, mean = weight.detach().clone(), torch.zeros(4, 3)
    for _ in range(5):
        gradient = torch.randn(4, 3)
        weight.grad = gradient.clone()
        optimizer.step()
        mixed = 0.9 * mean + 0.1 * gradient
        expected = expected - 0.01 * (mixed.sign() + 0.1 * expected)
        mean = 0.99 * mean + 0.01 * gradient
    assert torch.allclose(weight, expected, atol=1e-6)


def test_rates_decay_towards_the_first_layer() -> None:
    model = Segformer(SegformerConfig(2))
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups = parameter_groups(model, "segformer.", fill({"layer_decay": 0.5}), 1.0)
    scales = {names[id(p)]: group["scale"] for group in groups for p in group["params"]}
    blocks = sum(len(stage.blocks) for stage in model.segformer.stages)
    assert scales["decode_head.classifier.weight"] == 1.0
    assert scales["segformer.stages.3.layer_norm.weight"] == 0.5
    assert scales["segformer.stages.3.blocks.1.layernorm_after.weight"] == 0.5
    assert scales["segformer.stages.0.blocks.0.layernorm_after.weight"] == 0.5**blocks
    assert scales["segformer.stages.0.patch_embeddings.proj.weight"] == 0.5 ** (blocks + 1)
    assert set(scales) == set(names.values())


def test_the_moving_average_moves_towards_the_weights() -> None:
    model = torch.nn.Linear(2, 2)
    average = MovingAverage(model, 0.9)
    start = copy.deepcopy(average.state["weight"])
    with torch.no_grad():
        model.weight.add_(1.0)
    average.update(model, 1000)
    assert torch.allclose(average.state["weight"], start + 0.1, atol=1e-6)
