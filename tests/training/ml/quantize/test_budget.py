"""The search keeps as few layers in floats as hold the budget, the most sensitive ones first."""

from pathlib import Path

import numpy as np
import pytest

from training.ml.quantize.budget import full_name, grouped, search
from training.ml.runtimes import Floats

# What quantizing each layer costs, in points and in its outputs.
COSTS = {"a.one": 0.1, "a.two": 0.1, "b.one": 3.0, "c.one": 0.4, "d.one": 1.0, "e.one": 0.0}


class Sum:
    """A model whose output is what its quantized layers cost."""

    precision = "int8"

    def __init__(self, cost: float) -> None:
        self.cost = cost

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        return (np.asarray(batch + np.float32(self.cost), np.float32),)


class Layers:
    layers = tuple(COSTS)
    weighted = len(COSTS)

    def build(self, kept: frozenset[str]) -> Sum:
        return Sum(sum(cost for name, cost in COSTS.items() if name not in kept))

    def save(self, kept: frozenset[str], folder: Path) -> None:
        raise AssertionError("nothing is written while searching")


def points(runtime: object) -> float:
    assert isinstance(runtime, Sum)
    return 80.0 - runtime.cost


@pytest.mark.parametrize(
    ("budget", "kept", "lost"),
    [
        (5.0, set(), 4.6),
        (1.7, {"b.one"}, 1.6),
        (0.5, {"b.one", "d.one", "c.one"}, 0.2),
        (0.0, {"b.one", "d.one", "c.one", "a.one", "a.two"}, 0.0),
    ],
)
def test_as_few_layers_as_hold_the_budget(budget: float, kept: set[str], lost: float) -> None:
    samples = [np.linspace(0, 1, 8, dtype=np.float32)[None]]
    found = search(Layers(), points, 80.0, budget, samples, frozenset(), lambda part, what: None)
    assert found.kept == kept and found.held
    assert found.lost == pytest.approx(lost, abs=1e-6) and found.tried <= 4


def test_layers_that_always_stay_are_not_tried() -> None:
    samples = [np.linspace(0, 1, 8, dtype=np.float32)[None]]
    always = frozenset({"b.one"})
    found = search(Layers(), points, 80.0, 0.7, samples, always, lambda part, what: None)
    assert found.kept == {"b.one", "d.one"} and found.held


def test_without_a_budget_whatever_is_lost_is_told() -> None:
    found = search(Layers(), points, 80.0, None, [], frozenset(), lambda part, what: None)
    assert not found.kept and found.held and found.lost == pytest.approx(4.6)


def test_many_layers_are_grouped_by_wider_modules() -> None:
    names = [f"stages.{i}.blocks.{j}.{part}.w" for i in range(4) for j in range(9) for part in "ab"]
    groups = grouped(names)
    assert len(groups) == 36 and set().union(*groups) == set(names)


def test_a_part_of_a_path_finds_its_module() -> None:
    modules = ["backbone.layers.0.fc", "head.fc", "neck.fc"]
    assert full_name("layers.0.fc", modules) == "backbone.layers.0.fc"
    assert full_name("fc", modules) == "fc" and full_name("head.fc", modules) == "head.fc"
