"""Hardware, checkpoints and limits of a run: defaults, and wrong fields by name."""

from __future__ import annotations

from typing import Any

import pytest

from training import options
from training.checks import Problems


def test_defaults() -> None:
    problems = Problems()
    assert options.hardware(None, problems) == {"device": "auto", "gpus": 1, "precision": "auto"}
    assert options.checkpoints(None, problems) == {
        "strategy": ["best_metric", "latest"],
        "every": None,
        "keep": 3,
    }
    assert options.limits(None, problems) == {}
    assert problems.errors == []


def test_a_cpu_may_train_in_several_processes() -> None:
    problems = Problems()
    asked = {"device": "cpu", "gpus": 2, "precision": "bf16"}
    assert options.hardware(asked, problems) == asked
    assert problems.errors == []


def test_one_strategy_may_come_without_a_list() -> None:
    problems = Problems()
    assert options.checkpoints({"strategy": "latest"}, problems)["strategy"] == ["latest"]
    assert problems.errors == []


@pytest.mark.parametrize(
    ("check", "value", "field"),
    [
        (options.hardware, {"device": "tpu"}, "hardware.device"),
        (options.hardware, {"gpus": -1}, "hardware.gpus"),
        (options.hardware, {"device": "mps", "gpus": 2}, "hardware.gpus"),
        (options.hardware, {"device": "cuda", "gpus": 0}, "hardware.gpus"),
        (options.hardware, {"precision": "fp8"}, "hardware.precision"),
        (options.hardware, {"device": "cpu", "precision": "fp16"}, "hardware.precision"),
        (options.hardware, {"memory": 3}, "hardware.memory"),
        (options.hardware, "cpu", "hardware"),
        (options.checkpoints, {"strategy": "best"}, "checkpoints.strategy"),
        (options.checkpoints, {"strategy": []}, "checkpoints.strategy"),
        (options.checkpoints, {"strategy": ["latest", 3]}, "checkpoints.strategy.1"),
        (options.checkpoints, {"strategy": "every"}, "checkpoints.every"),
        (options.checkpoints, {"strategy": "every", "every": 0}, "checkpoints.every"),
        (options.checkpoints, {"keep": 0}, "checkpoints.keep"),
        (options.limits, {"minutes": 0}, "limits.minutes"),
        (options.limits, {"steps": "many"}, "limits.steps"),
        (options.limits, {"hours": 1}, "limits.hours"),
    ],
)
def test_what_is_wrong_is_named(check: Any, value: Any, field: str) -> None:
    problems = Problems()
    check(value, problems)
    assert [error.field for error in problems.errors] == [field]
