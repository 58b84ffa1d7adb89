"""Runs of models that predict sets of masks: they learn, go on where they were stopped, and leave objects."""

import json
from typing import Any

import numpy as np
import pytest

from tests.training.ml.conftest import MakeRun, curves_of, metrics_of, run_here
from tests.training.ml.smallest import smallest
from training.ml.images import load_rgb
from training.ml.loop import Loop
from training.ml.predictor import Predictor


class PulledPlug(Exception):
    pass


def of_task(lines: list[dict[str, Any]], task: str) -> list[dict[str, Any]]:
    return [{**lines[0], "task": task}, *lines[1:]]


@pytest.mark.parametrize(
    ("name", "task"),
    [("mask2former", "semantic"), ("mask2former", "instance"), ("maskformer", "panoptic")],
)
def test_a_stopped_run_goes_on_with_the_same_losses(
    name: str, task: str, make_run: MakeRun, drawn: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = {
        "lines": of_task(drawn, task),
        "task": task,
        "architecture": name,
        "variant": "smallest",
        "hyperparameters": {"steps": 6, "batch_size": 2, "warmup_steps": 1, "accumulate": 2},
        "evaluation": {"every": 2},
    }
    whole, broken = make_run("whole", **spec), make_run("broken", **spec)
    advance = Loop.advance

    def until_four(self: Loop, batches: list[object]) -> None:
        if self.step == 4:
            raise PulledPlug
        advance(self, batches)  # type: ignore[arg-type]

    with smallest(name):
        run_here(whole)
        with monkeypatch.context() as patch:
            patch.setattr(Loop, "advance", until_four)
            with pytest.raises(PulledPlug):
                run_here(broken)
        run_here(broken)
    for expected, got in zip(curves_of(whole), curves_of(broken), strict=True):
        assert got == pytest.approx(expected, abs=1e-6)
    watched = {"semantic": "val/miou", "instance": "val/map", "panoptic": "val/pq"}[task]
    assert watched in metrics_of(whole)[-1]["values"]


@pytest.mark.parametrize("task", ["semantic", "instance"])
def test_the_loss_falls_and_the_bundle_predicts(
    task: str, make_run: MakeRun, drawn: list[dict[str, Any]]
) -> None:
    given = {"steps": 20, "batch_size": 4, "warmup_steps": 2, "learning_rate": 2e-3, "gradient_clip": 1.0}
    folder = make_run(
        lines=of_task(drawn, task),
        task=task,
        architecture="mask2former",
        variant="smallest",
        hyperparameters=given,
        augmentations=[],
        evaluation={"every": 20},
        checkpoints={"strategies": ["latest"], "every": None, "keep": 1},
    )
    with smallest("mask2former"):
        run_here(folder)
        kept = json.loads((folder / "artifacts" / "index.json").read_text())
        predictor = Predictor(folder / "artifacts" / kept[0]["name"])
        mask, found = predictor.predict(load_rgb(drawn[1]["image"]))
    losses = [line["values"]["train/loss"] for line in metrics_of(folder)]
    assert np.mean(losses[-4:]) < 0.75 * np.mean(losses[:4])
    assert mask.shape == (64, 64) and all(0 <= item["score"] <= 1 for item in found)
