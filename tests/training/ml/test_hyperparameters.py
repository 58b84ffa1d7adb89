"""The schema fills what is not given and names what is wrong."""

from typing import Any

import pytest

from training.ml.failures import Failure
from training.ml.hyperparameters import HYPERPARAMETERS, fill

CONTRACT = {
    "steps": 200,
    "batch_size": 4,
    "learning_rate": 0.0006,
    "optimizer": "adamw",
    "weight_decay": 0.01,
    "schedule": "poly",
    "warmup_steps": 20,
    "loss": "cross_entropy",
    "freeze_backbone": False,
    "seed": 0,
}


def test_the_contracts_example_is_taken_as_it_stands() -> None:
    filled = fill(CONTRACT)
    assert {name: filled[name] for name in CONTRACT} == CONTRACT
    assert set(filled) == {field.name for field in HYPERPARAMETERS}


def test_defaults_satisfy_their_own_limits() -> None:
    defaults = fill({})
    assert fill(defaults) == defaults


@pytest.mark.parametrize(
    "wrong",
    [
        {"stepz": 3},
        {"steps": 0},
        {"steps": 1.5},
        {"steps": True},
        {"steps": None},
        {"learning_rate": "fast"},
        {"learning_rate": float("nan")},
        {"optimizer": "adam"},
        {"freeze_backbone": 1},
        {"seed": -1},
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(Failure, match=f"hyperparameters.{next(iter(wrong))}"):
        fill(wrong)
