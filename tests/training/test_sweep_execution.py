"""A halving under the real worker code, with a child of a few lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import events
from tests.training.test_sweep_driver import asked
from training.models import Run
from training.services import execution, runs, sweeps
from training.services.preparation import run_folder

FAKE = Path(__file__).with_name("fake_child.py")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`work()` is a worker that goes through the whole queue."""

    def prepared(run: Run) -> Path:
        folder = run_folder(run.pk)
        folder.mkdir(parents=True, exist_ok=True)
        spec = {"hyperparameters": run.spec["hyperparameters"], "limits": run.limits}
        (folder / "spec.json").write_text(json.dumps(spec))
        return folder

    def command(run: Run, folder: Path) -> list[str]:
        return [sys.executable, str(FAKE), "trial", str(folder)]

    monkeypatch.setattr(execution, "prepare", prepared)
    monkeypatch.setattr(execution, "command", command)

    def through() -> None:
        while Run.objects.filter(status="queued").exists():
            execution.execute()

    return through


def test_the_best_trial_is_trained_to_its_end_and_no_step_twice(
    principal: Any, project: Any, workflow: Any, snapshot: Any, work: Callable[[], None]
) -> None:
    version = workflow.versions.get()
    version.spec["hyperparameters"]["steps"] = 5
    version.save()
    order = asked(workflow, snapshot, 4, 2, 1)
    order["parameters"][0]["values"] = [1, 13, 3, 2]
    sweep = sweeps.create_sweep(principal, project, order)
    for _ in range(10):
        work()
        sweeps.advance_all()
        sweep.refresh_from_db()
        if sweep.status != "running":
            break
    assert sweep.status == "succeeded"
    assert [rung["steps"] for rung in sweep.state["rungs"]] == [1, 2, 4, 8]
    found = {run.trial["hyperparameters.seed"]: run for run in sweep.runs.all()}
    assert {seed: run.step for seed, run in found.items() if seed != 13} == {1: 1, 2: 2, 3: 5}
    assert found[13].status == "failed" and "killed" in found[13].error["title"]
    best = found[3]
    assert [metric.step for metric in best.metrics.all()] == [1, 2, 3, 4, 5]
    assert [row.line for row in best.log_lines.all()] == [f"step {step}" for step in range(1, 6)]
    assert best.best == {"metric": "val/miou", "value": pytest.approx(0.035), "step": 5}
    assert best.device_times.count() == 4
    told = [
        event.payload["sweep"] for event in events.replay(f"project:{project.pk}") if event.type == "sweep"
    ]
    assert any(sweep["counts"]["running"] == 1 for sweep in told)
    assert (told[-1]["status"], told[-1]["best"]["run"]) == ("succeeded", str(best.pk))


def test_a_trial_that_was_resumed_by_hand_holds_the_sweep_up(
    principal: Any, project: Any, workflow: Any, snapshot: Any, work: Callable[[], None]
) -> None:
    order = asked(workflow, snapshot, 2, 2, 1)
    order["parameters"][0]["values"] = [1, 13]
    sweep = sweeps.create_sweep(principal, project, order)
    work()
    failed = sweep.runs.get(status="failed")
    runs.resume_run(principal, failed)
    sweeps.advance_all()
    sweep.refresh_from_db()
    assert len(sweep.state["rungs"]) == 1
    work()
    sweeps.advance_all()
    sweep.refresh_from_db()
    assert len(sweep.state["rungs"]) == 2
