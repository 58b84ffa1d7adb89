"""A run stops early, at its limits, and without validation images, each time with something kept."""

import json
from typing import Any

import pytest

from tests.training.ml.conftest import MakeRun, metrics_of, run_here, state_of


def test_patience_ends_a_run_that_does_not_improve(make_run: MakeRun) -> None:
    folder = make_run(
        hyperparameters={"steps": 40, "batch_size": 2, "learning_rate": 0.0},
        evaluation={"every": 2},
        early_stopping={"metric": "val/iou/red", "patience": 2},
    )
    run_here(folder)
    assert metrics_of(folder)[-1]["step"] < 40
    assert "val/iou/red" in state_of(folder)["message"]


@pytest.mark.parametrize("limits", [{"steps": 3}, {"minutes": 0.0001}])
def test_limits_end_a_run_well(make_run: MakeRun, limits: dict[str, Any]) -> None:
    folder = make_run(limits=limits)
    run_here(folder)
    last = metrics_of(folder)[-1]
    assert last["step"] == limits.get("steps", 1)
    assert "val/miou" in last["values"]
    assert state_of(folder)["status"] == "succeeded"
    assert json.loads((folder / "artifacts" / "index.json").read_text())


def test_without_validation_images_the_last_step_is_kept(
    make_run: MakeRun, drawn: list[dict[str, Any]]
) -> None:
    lines = [drawn[0], *({**line, "split": "train"} for line in drawn[1:])]
    folder = make_run(lines=lines, checkpoints={"strategies": ["best_metric"], "every": None, "keep": 3})
    run_here(folder)
    (entry,) = json.loads((folder / "artifacts" / "index.json").read_text())
    assert entry["step"] == 8 and entry["strategies"] == ["latest"]


def test_epochs_replace_steps(make_run: MakeRun) -> None:
    folder = make_run(hyperparameters={"epochs": 2, "batch_size": 4})
    run_here(folder)
    assert state_of(folder)["total_steps"] == 4
