"""A run that cannot go on says why and what to do."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.ml.conftest import MakeRun, run_here, start_child, state_of
from training.ml.failures import Failure
from training.ml.train import explained


@pytest.mark.parametrize(
    ("changes", "title", "hint"),
    [
        ({"architecture": "resnet"}, "Unknown architecture", "segformer"),
        ({"variant": "b9"}, "Unknown variant", "b0"),
        ({"input_size": [100, 64]}, "Input size not possible", "multiples of 32"),
        ({"hyperparameters": {"steps": -1}}, "Value out of range", "whole number"),
        ({"hyperparameters": {"colour": 1}}, "Unknown field", "batch_size"),
        ({"augmentations": [{"name": "melt"}]}, "Unknown augmentation", "rotate"),
        ({"hardware": {"device": "cuda", "gpus": 1, "precision": "auto"}}, "No such device", "cpu"),
        ({"hardware": {"device": "auto", "gpus": 2, "precision": "auto"}}, "Wrong number of", "torchrun"),
        ({"hardware": {"device": "cpu", "gpus": 0, "precision": "fp16"}}, "No such precision", "bf16"),
        (
            {"hyperparameters": {"steps": 6, "learning_rate": 10.0, "warmup_steps": 0, "optimizer": "sgd",
                                 "gradient_clip": 0, "batch_size": 2, "head_lr_multiplier": 100.0}},
            "The loss is not a number",
            "learning_rate",
        ),
    ],
)  # fmt: skip
def test_the_reason_is_named(make_run: MakeRun, changes: dict[str, Any], title: str, hint: str) -> None:
    folder = make_run(**changes)
    with pytest.raises(Failure):
        run_here(folder)
    state = state_of(folder)
    assert state["status"] == "failed"
    assert state["error"]["title"].startswith(title)
    assert hint in state["error"]["hint"]


def test_missing_pretrained_weights_fail_at_preparing(make_run: MakeRun, tmp_path: Path) -> None:
    folder = make_run(weights={"kind": "pretrained", "path": None, "hub_id": "nvidia/mit-b0"})
    child = start_child(folder, TESSERA_WEIGHTS_DIR=str(tmp_path), HF_HOME=str(tmp_path / "hub"))
    output, _ = child.communicate(timeout=120)
    assert child.returncode == 2, output
    error = state_of(folder)["error"]
    assert error["title"] == "Pretrained weights not found"
    assert "TESSERA_WEIGHTS_DIR" in error["hint"]
    assert not (folder / "metrics.jsonl").exists()


def test_a_broken_image_is_named(make_run: MakeRun, drawn: list[dict[str, Any]], tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not an image")
    lines = json.loads(json.dumps(drawn))
    lines[1]["image"], lines[1]["name"] = str(broken), "my cat.png"
    folder = make_run(lines=lines)
    with pytest.raises(Failure, match="my cat.png"):
        run_here(folder)


def test_an_image_that_changed_its_size_is_named(make_run: MakeRun, drawn: list[dict[str, Any]]) -> None:
    lines = json.loads(json.dumps(drawn))
    lines[1]["width"] = 99
    folder = make_run(lines=lines)
    with pytest.raises(Failure, match="labelled at 99 x 64"):
        run_here(folder)


def test_a_set_without_training_images_says_so(make_run: MakeRun, drawn: list[dict[str, Any]]) -> None:
    lines = [drawn[0], *({**line, "split": "val"} for line in drawn[1:])]
    folder = make_run(lines=lines)
    with pytest.raises(Failure, match="Nothing to train on"):
        run_here(folder)


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (MemoryError(), "Out of memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"), "Out of memory"),
        (KeyError("x"), "The training process failed"),
    ],
)
def test_unforeseen_errors_become_sentences(error: Exception, title: str) -> None:
    failure = explained(error)
    assert failure.title == title
    assert failure.detail and failure.hint
