"""A run prunes what it starts from, and what it makes is a model like any other, only smaller."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.ml.conftest import MakeRun, metrics_of, run_here, state_of
from training.ml.bundle import Bundle, read_bundle
from training.ml.export import Asked, export_bundle
from training.ml.failures import Failure
from training.ml.predictor import Predictor
from training.ml.weights import load_bundle_model

STEPS = {"steps": 4, "batch_size": 2, "warmup_steps": 1}


def bundle_of(folder: Path) -> Bundle:
    entries = json.loads((folder / "artifacts" / "index.json").read_text())
    return read_bundle(folder / "artifacts" / entries[-1]["name"])


def weights(bundle: Bundle) -> dict[str, Any]:
    return {"kind": "bundle", "path": str(bundle.folder), "hub_id": None, "name": "the first"}


@pytest.fixture
def trained(make_run: MakeRun) -> Bundle:
    folder = make_run("first", hyperparameters=STEPS)
    run_here(folder)
    return bundle_of(folder)


def test_a_pruned_model_goes_all_the_way(make_run: MakeRun, trained: Bundle, tmp_path: Path) -> None:
    folder = make_run("second", weights=weights(trained), hyperparameters={**STEPS, "pruning": 0.5})
    run_here(folder)
    pruned = bundle_of(folder)
    assert pruned.parameters < 0.65 * trained.parameters
    assert pruned.weights.stat().st_size < 0.65 * trained.weights.stat().st_size
    assert pruned.lineage["pruning"] == 0.5 and pruned.config["pruned"]
    model = load_bundle_model(pruned)
    assert sum(parameter.numel() for parameter in model.parameters()) == pruned.parameters
    export_bundle(pruned, Asked("openvino"), tmp_path / "openvino")
    assert (tmp_path / "openvino" / "model.xml").is_file()
    image = np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    mask, _ = Predictor(pruned.folder).predict(image)
    assert mask.shape == (50, 70)

    # Again, from what it made: what is left is pruned once more.
    third = make_run("third", weights=weights(pruned), hyperparameters={**STEPS, "pruning": 0.5})
    run_here(third)
    assert bundle_of(third).parameters < 0.85 * pruned.parameters
    # Without pruning the widths stay.
    fourth = make_run("fourth", weights=weights(pruned), hyperparameters=STEPS)
    run_here(fourth)
    assert bundle_of(fourth).config == pruned.config


def test_a_resumed_run_keeps_its_choice(make_run: MakeRun, trained: Bundle) -> None:
    folder = make_run("resumed", weights=weights(trained), hyperparameters={**STEPS, "pruning": 0.3})
    run_here(folder)
    told = json.loads((folder / "pruned.json").read_text())
    spec = json.loads((folder / "spec.json").read_text())
    spec["hyperparameters"]["steps"] = 6
    (folder / "spec.json").write_text(json.dumps(spec))
    run_here(folder)
    assert state_of(folder)["status"] == "succeeded" and metrics_of(folder)[-1]["step"] == 6
    assert json.loads((folder / "pruned.json").read_text()) == told
    assert bundle_of(folder).config["pruned"] == told["widths"]


@pytest.mark.parametrize(("method", "spread"), [("unstructured", "global"), ("2:4", "uniform")])
def test_zeros_stay_zeros(make_run: MakeRun, trained: Bundle, method: str, spread: str) -> None:
    asked = {**STEPS, "pruning": 0.5, "pruning_method": method, "pruning_spread": spread, "ema": True}
    folder = make_run("masked", weights=weights(trained), hyperparameters=asked)
    run_here(folder)
    made = bundle_of(folder)
    assert made.parameters == trained.parameters and "pruned" not in made.config
    model = load_bundle_model(made)
    weight = model.get_parameter("segformer.stages.3.blocks.0.mlp.fc1.weight")
    share = float((weight == 0).float().mean())
    if method == "2:4":
        assert bool(((weight.unflatten(1, (-1, 4)) == 0).sum(-1) == 2).all())
    assert 0.2 < share < 0.95
    started = load_bundle_model(trained).get_parameter("segformer.stages.3.blocks.0.mlp.fc1.weight")
    assert not torch.equal(weight[weight != 0], started[weight != 0])


def test_without_weights_there_is_nothing_to_prune(make_run: MakeRun) -> None:
    with pytest.raises(Failure, match="hyperparameters.pruning"):
        run_here(make_run("none", hyperparameters={**STEPS, "pruning": 0.3}))


def test_two_of_four_is_half(make_run: MakeRun, trained: Bundle) -> None:
    asked = {**STEPS, "pruning": 0.3, "pruning_method": "2:4"}
    with pytest.raises(Failure, match="2:4 takes half"):
        run_here(make_run("third", weights=weights(trained), hyperparameters=asked))
