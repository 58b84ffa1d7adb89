"""An EoMT is trained, resumed and served like every other model, for each of its tasks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.ml.conftest import MakeRun, curves_of, run_here
from training.ml.bundle import read_bundle, save_random_bundle
from training.ml.export import Asked, export_bundle
from training.ml.predictor import Predictor

SMALL = {
    "architecture": "eomt",
    "variant": "tiny",
    "hyperparameters": {"steps": 8, "batch_size": 2, "warmup_steps": 2, "points": 64},
}


@pytest.mark.parametrize("task", ["instance", "panoptic"])
def test_objects_are_found_after_training(task: str, make_run: MakeRun, drawn: list[dict[str, Any]]) -> None:
    spec = {**SMALL, "task": task, "limits": {"steps": 4}}
    folder = make_run(lines=[{**drawn[0], "task": task}, *drawn[1:]], **spec)
    run_here(folder)
    values = curves_of(folder)[-1]
    assert {"val/map", "val/miou"} <= set(values)
    bundle = next(path.parent for path in (folder / "artifacts").glob("*/bundle.json"))
    assert read_bundle(bundle).task == task
    image = np.random.default_rng(0).integers(0, 256, (75, 133, 3), dtype=np.uint8)
    mask, _ = Predictor(bundle).predict(image)
    assert mask.shape == (75, 133)


def test_a_resumed_run_anneals_as_one_left_alone(make_run: MakeRun) -> None:
    whole, broken = make_run("whole", **SMALL), make_run("broken", limits={"steps": 4}, **SMALL)
    run_here(whole)
    run_here(broken)
    spec = (whole / "spec.json").read_text()
    (broken / "spec.json").write_text(spec)
    run_here(broken)
    expected, got = curves_of(whole), curves_of(broken)
    assert len(got) == len(expected) == 8
    for one, other in zip(got, expected, strict=True):
        assert abs(one["train/loss"] - other["train/loss"]) <= 1e-6 * abs(other["train/loss"])


def test_an_export_with_masked_attention_agrees(tmp_path: Path) -> None:
    """A model whose masks have not been annealed away yet masks in other runtimes as well."""
    bundle = save_random_bundle(
        tmp_path / "bundle", size=(64, 64), variant="tiny", architecture="eomt", task="instance"
    )
    parity = export_bundle(bundle, Asked("onnx"), tmp_path / "onnx").parity
    assert parity.difference < 1e-4 and parity.agreement > 0.999
