"""A run that ended well at its limit of steps goes on under a longer one as if there had been none."""

import json
from pathlib import Path

import pytest

from tests.training.ml.conftest import MakeRun, curves_of, metrics_of, run_here, state_of

SPEC = {
    "hyperparameters": {"steps": 6, "batch_size": 2, "warmup_steps": 2, "ema": True, "schedule": "poly"},
    "augmentations": [{"name": "horizontal_flip"}],
}


def limit(folder: Path, steps: int) -> None:
    spec = json.loads((folder / "spec.json").read_text())
    (folder / "spec.json").write_text(json.dumps({**spec, "limits": {"steps": steps}}))


def test_losses_are_those_of_a_run_without_a_limit(make_run: MakeRun) -> None:
    whole, halved = make_run("whole", **SPEC), make_run("halved", **SPEC)
    run_here(whole)
    for steps in (2, 4):
        limit(halved, steps)
        run_here(halved)
        assert (state_of(halved)["status"], state_of(halved)["total_steps"]) == ("succeeded", steps)
        assert [line["step"] for line in metrics_of(halved)] == list(range(1, steps + 1))
    limit(halved, 100)
    run_here(halved)
    assert [line["step"] for line in metrics_of(halved)] == list(range(1, 7))

    def losses(folder: Path) -> list[float]:
        return [line["values"]["train/loss"] for line in metrics_of(folder)]

    assert losses(halved) == pytest.approx(losses(whole), abs=1e-6)
    assert curves_of(halved)[-1] == pytest.approx(curves_of(whole)[-1], abs=1e-6)
