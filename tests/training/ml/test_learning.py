"""Training changes what it should: the loss falls, and frozen parts stay."""

import torch
from safetensors.torch import load_file

from tests.training.ml.conftest import MakeRun, metrics_of, run_here, state_of
from training.ml.models import architecture


def test_the_loss_falls_and_the_model_beats_guessing(make_run: MakeRun) -> None:
    folder = make_run(
        hyperparameters={"steps": 60, "batch_size": 4, "warmup_steps": 5},
        evaluation={"every": 60},
        augmentations=[{"name": "horizontal_flip"}],
    )
    run_here(folder)
    lines = metrics_of(folder)
    assert lines[-1]["values"]["train/loss"] < 0.4 * lines[0]["values"]["train/loss"]
    assert lines[-1]["values"]["val/miou"] > 0.6


def test_a_frozen_backbone_keeps_its_weights(make_run: MakeRun) -> None:
    folder = make_run(
        hyperparameters={"steps": 2, "batch_size": 2, "freeze_backbone": True, "warmup_steps": 0}
    )
    run_here(folder)
    (artifact, *_) = sorted((folder / "artifacts").glob("step-*"))
    trained = load_file(artifact / "model.safetensors")
    family = architecture("segformer")
    torch.manual_seed(0)
    fresh = family.build(family.config("b0", 3)).state_dict()
    changed = {name for name, value in fresh.items() if not torch.equal(value, trained[name])}
    assert changed
    assert all(name.startswith("decode_head.") for name in changed)


def test_bfloat16_trains_on_the_cpu(make_run: MakeRun) -> None:
    folder = make_run(hardware={"device": "cpu", "gpus": 0, "precision": "bf16"}, limits={"steps": 2})
    run_here(folder)
    assert state_of(folder)["status"] == "succeeded"
