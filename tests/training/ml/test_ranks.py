"""Several processes train as one does: the same losses, one writer, and an end that all share."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.training.ml.conftest import ROOT, MakeRun, curves_of, metrics_of, state_of

LAUNCHER = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
# Adam's first steps take the sign of each gradient, which rounding decides where it is nearly zero.
STEADY = {"optimizer": "sgd", "learning_rate": 0.01}
PAIR = {"device": "cpu", "gpus": 2, "precision": "fp32"}


def start(folder: Path, processes: int = 2, module: str = "training.ml.train") -> "subprocess.Popen[str]":
    launcher = LAUNCHER if processes == 2 else []
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    return subprocess.Popen(
        [sys.executable, *launcher, "-m", module, str(folder)],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def ended(child: "subprocess.Popen[str]") -> str:
    output, _ = child.communicate(timeout=240)
    return output


def wait_for(child: "subprocess.Popen[str]", file: Path) -> None:
    deadline = time.monotonic() + 120
    while not file.exists():
        assert child.poll() is None and time.monotonic() < deadline, ended(child)
        time.sleep(0.05)


@pytest.mark.parametrize("loss", ["cross_entropy", "cross_entropy_dice", "cross_entropy_lovasz"])
def test_two_processes_give_the_curves_of_one(make_run: MakeRun, loss: str) -> None:
    given = {"steps": 6, "warmup_steps": 2, "loss": loss, "class_weights": "balanced", **STEADY}
    one = make_run("one", hyperparameters={**given, "batch_size": 4}, evaluation={"every": 3})
    two = make_run("two", hyperparameters={**given, "batch_size": 2}, evaluation={"every": 3}, hardware=PAIR)
    alone, pair = start(one, 1, "tests.training.ml.undropped"), start(two, 2, "tests.training.ml.undropped")
    said = [ended(alone), ended(pair)]
    assert (alone.returncode, pair.returncode) == (0, 0), said
    assert [line["step"] for line in metrics_of(two)] == list(range(1, 7))
    assert [line["epoch"] for line in metrics_of(two)] == [line["epoch"] for line in metrics_of(one)]
    for expected, got in zip(curves_of(one), curves_of(two), strict=True):
        assert got == pytest.approx(expected, abs=1e-5)
    files = [sorted(p.relative_to(f) for p in f.rglob("*") if p.is_file()) for f in (one, two)]
    assert files[0] == files[1]
    assert state_of(two)["status"] == "succeeded" and state_of(two)["device"].startswith("2 x cpu")
    assert said[1].count("training and") == 1


def test_a_killed_pair_goes_on_without_a_seam(make_run: MakeRun) -> None:
    spec: dict[str, Any] = {"hyperparameters": {"steps": 8, "batch_size": 2}, "hardware": PAIR}
    whole, broken = make_run("whole", **spec), make_run("broken", **spec)
    ended(start(whole))
    child = start(broken)
    wait_for(child, broken / "checkpoints" / "step-00000004")
    workers = psutil.Process(child.pid).children(recursive=True)
    child.kill()
    gone, alive = psutil.wait_procs(workers, timeout=3)
    assert not alive and len(gone) >= 2
    child.communicate()
    assert "Resumed after step 4." in ended(start(broken))
    assert [line["step"] for line in metrics_of(broken)] == list(range(1, 9))
    for expected, got in zip(curves_of(whole), curves_of(broken), strict=True):
        assert got == pytest.approx(expected, abs=1e-6)


def test_sigterm_ends_all_within_a_second(make_run: MakeRun) -> None:
    folder = make_run(input_size=[128, 128], hyperparameters={"steps": 500, "batch_size": 8}, hardware=PAIR)
    child = start(folder)
    wait_for(child, folder / "metrics.jsonl")
    workers = psutil.Process(child.pid).children(recursive=True)
    began = time.monotonic()
    os.killpg(child.pid, signal.SIGTERM)
    _, alive = psutil.wait_procs(workers, timeout=1.0)
    assert not alive and time.monotonic() - began < 1.0
    ended(child)
    assert state_of(folder)["status"] == "running"


def test_a_reason_met_by_one_rank_is_the_runs(make_run: MakeRun, drawn: list[dict[str, Any]]) -> None:
    """The broken image is in the second rank's share of the first batch."""
    given = {"steps": 4, "batch_size": 1, "seed": 0}
    train = [line for line in drawn[1:] if line["split"] == "train"]
    second = int(np.random.default_rng([0, 0]).permutation(len(train))[1])
    lines = json.loads(json.dumps(drawn))
    next(line for line in lines[1:] if line["asset"] == train[second]["asset"])["image"] = "/nowhere.png"
    folder = make_run(lines=lines, hyperparameters=given, hardware=PAIR)
    child = start(folder)
    output = ended(child)
    assert child.returncode != 0
    assert state_of(folder)["error"]["title"] == "An image cannot be read", output


def test_a_loss_that_is_no_number_ends_all(make_run: MakeRun) -> None:
    wild = {"steps": 6, "learning_rate": 10.0, "warmup_steps": 0, "optimizer": "sgd", "gradient_clip": 0,
            "batch_size": 1, "head_lr_multiplier": 100.0}  # fmt: skip
    folder = make_run(hyperparameters=wild, hardware=PAIR)
    ended(start(folder))
    assert state_of(folder)["error"]["title"] == "The loss is not a number"


def test_a_lost_process_is_said(make_run: MakeRun) -> None:
    folder = make_run(hyperparameters={"steps": 5000, "batch_size": 1}, hardware=PAIR)
    child = start(folder)
    wait_for(child, folder / "metrics.jsonl")
    second = next(p for p in psutil.Process(child.pid).children() if p.environ().get("RANK") == "1")
    second.kill()
    output = ended(child)
    # Whoever notices first says so: the other process by its broken connection, or the launcher, which then
    # ends the other process before it can write a word.
    error = state_of(folder)["error"]
    assert child.returncode == 1
    assert "Signal 9 (SIGKILL)" in output or error["title"] == "One of the training processes was lost"


def test_more_processes_than_cores_are_refused(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.ml import ranks
    from training.ml.failures import Failure

    monkeypatch.setenv("WORLD_SIZE", "512")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "512")
    with pytest.raises(Failure, match="hardware.gpus is 512"):
        ranks.check("cpu", 512)
    with pytest.raises(Failure, match="one process"):
        ranks.check("mps", 512)
