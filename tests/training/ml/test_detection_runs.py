"""Runs of YOLOv8-seg: they learn, go on where they were stopped, take a user's weights, and leave objects."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from tests.training.ml.conftest import MakeRun, curves_of, metrics_of, run_here
from tests.training.ml.smallest import smallest
from training.ml.images import load_rgb
from training.ml.loop import Loop
from training.ml.models import architecture
from training.ml.predictor import Predictor


class PulledPlug(Exception):
    pass


@pytest.fixture
def instances(drawn: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What makes a run one of instances by a small YOLOv8-seg."""
    lines = [{**drawn[0], "task": "instance"}, *drawn[1:]]
    with smallest("yolov8-seg"):
        yield {"lines": lines, "task": "instance", "architecture": "yolov8-seg", "variant": "smallest"}


def test_a_stopped_run_goes_on_with_the_same_losses(
    make_run: MakeRun, instances: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"steps": 6, "batch_size": 2, "warmup_steps": 1, "accumulate": 2}
    whole, broken = (
        make_run(name, hyperparameters=given, evaluation={"every": 2}, **instances) for name in ("a", "b")
    )
    advance = Loop.advance

    def until_four(self: Loop, batches: list[object]) -> None:
        if self.step == 4:
            raise PulledPlug
        advance(self, batches)  # type: ignore[arg-type]

    run_here(whole)
    with monkeypatch.context() as patch:
        patch.setattr(Loop, "advance", until_four)
        with pytest.raises(PulledPlug):
            run_here(broken)
    run_here(broken)
    for expected, got in zip(curves_of(whole), curves_of(broken), strict=True):
        assert got == pytest.approx(expected, abs=1e-6)


def test_it_learns_and_the_bundle_finds_objects(
    make_run: MakeRun, instances: dict[str, Any], drawn: list[dict[str, Any]]
) -> None:
    folder = make_run(
        hyperparameters={"steps": 50, "batch_size": 4, "warmup_steps": 5, "learning_rate": 2e-3},
        augmentations=[],
        evaluation={"every": 50},
        checkpoints={"strategies": ["latest"], "every": None, "keep": 1},
        **instances,
    )
    run_here(folder)
    lines = metrics_of(folder)
    losses = [line["values"]["train/loss"] for line in lines]
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])
    assert lines[-1]["values"]["val/map50"] > 0.3
    kept = json.loads((folder / "artifacts" / "index.json").read_text())
    bundle = folder / "artifacts" / kept[0]["name"]
    evaluation = json.loads((bundle / "evaluation.json").read_text())
    assert evaluation["map50"] == pytest.approx(lines[-1]["values"]["val/map50"], abs=1e-6)
    mask, _ = Predictor(bundle).predict(load_rgb(drawn[1]["image"]))
    assert mask.shape == (64, 64)


def test_a_users_weights_come_in_under_their_common_names(
    make_run: MakeRun, instances: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    family = architecture("yolov8-seg")
    state = family.build(family.config("smallest", 80, "instance")).state_dict()
    stem = {f"model.0.{'bn' if 'norm' in k else 'conv'}.{k.rsplit('.', 1)[1]}": v for k, v in state.items()
            if k.startswith("backbone.stem.")}  # fmt: skip
    save_file({name: torch.full_like(value, 1) for name, value in stem.items()}, tmp_path / "own.safetensors")
    folder = make_run(
        hyperparameters={"steps": 1, "batch_size": 2},
        weights={"kind": "file", "path": str(tmp_path / "own.safetensors"), "hub_id": None},
        evaluation={"every": 1},
        **instances,
    )
    run_here(folder)
    assert f"{len(stem)} tensors loaded" in capsys.readouterr().out
