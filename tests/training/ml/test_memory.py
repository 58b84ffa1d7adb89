"""Out of memory, a run that may goes on with a smaller batch and sees the same images a step."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.ml.conftest import ROOT, MakeRun, metrics_of, start_child, state_of
from tests.training.ml.hungry import feed
from training.adjustment import in_force, reduce_batch, smaller
from training.ml import train
from training.ml.data.loader import Order
from training.ml.memory import ran_out
from training.supervision import Ending, Verdict, supervise

GIVEN = {"steps": 4, "warmup_steps": 1, "halve_batch_on_oom": True}


@pytest.mark.parametrize(
    ("batch", "accumulate", "found"),
    [(8, 1, (4, 2)), (6, 2, (3, 4)), (9, 1, (3, 3)), (5, 3, (1, 15)), (1, 4, None)],
)
def test_the_whole_stays_the_same(batch: int, accumulate: int, found: tuple[int, int] | None) -> None:
    assert smaller(batch, accumulate) == found


def test_nothing_is_changed_that_the_user_did_not_allow(tmp_path: Path) -> None:
    given = {"batch_size": 4, "accumulate": 1, "halve_batch_on_oom": False}
    assert reduce_batch(tmp_path, given, "x") is None and not list(tmp_path.iterdir())
    given["halve_batch_on_oom"] = True
    assert "batch_size 2 and accumulate 2" in str(reduce_batch(tmp_path, given, "x"))
    assert in_force(given, tmp_path) == {**given, "batch_size": 2, "accumulate": 2}


def test_a_step_sees_the_same_images_in_the_same_order() -> None:
    for world in (1, 2):
        ranks = [Order(10, seed=1, rank=rank, world=world) for rank in range(world)]
        whole = {place for order in ranks for place in order.batch(3, 4)}
        halves = {place for order in ranks for number in (6, 7) for place in order.batch(number, 2)}
        assert halves == whole


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("could not create a primitive descriptor for a convolution"), False),
        (ValueError("shape"), False),
    ],
)
def test_what_says_that_memory_ran_out(error: Exception, expected: bool) -> None:
    assert ran_out(error) is expected


def test_it_goes_on_from_its_last_checkpoint(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory runs out at the sixth step; the fourth is the last one kept."""
    given = {**GIVEN, "steps": 8, "batch_size": 4}
    folder = make_run(hyperparameters=given)
    seen: list[list[int]] = []
    feed(monkeypatch.setattr, seen, most=2, calls=5)
    monkeypatch.setattr(train, "start_again", lambda: train.main(folder))
    torch.set_num_threads(1)
    assert train.main(folder) == 0
    assert [line["step"] for line in metrics_of(folder)] == list(range(1, 9))
    assert seen == [[4]] * 5 + [[2, 2]] * 4
    adjusted = json.loads((folder / "adjusted.json").read_text())
    assert adjusted["before"] == {"batch_size": 4, "accumulate": 1} and "out of memory" in adjusted["reason"]


def test_without_leave_it_fails_and_says_what_to_do(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_run(hyperparameters={**GIVEN, "halve_batch_on_oom": False, "batch_size": 4})
    feed(monkeypatch.setattr, [], most=2, calls=1)
    assert train.main(folder) == 2
    error = state_of(folder)["error"]
    assert error["title"] == "Out of memory" and "halve_batch_on_oom" in error["hint"]


def test_a_process_with_little_memory_finds_a_batch_that_fits(make_run: MakeRun) -> None:
    folder = make_run(architecture="unet", variant="small", hyperparameters={**GIVEN, "batch_size": 24})
    child = start_child(folder, "tests.training.ml.limited", LIMIT_MEGABYTES="250")
    output, _ = child.communicate(timeout=240)
    assert child.returncode == 0, output
    adjusted = json.loads((folder / "adjusted.json").read_text())
    assert adjusted["batch_size"] < 24 and adjusted["batch_size"] * adjusted["accumulate"] == 24
    assert "Memory ran out at batch_size 24" in output
    assert [line["step"] for line in metrics_of(folder)] == [1, 2, 3, 4]
    assert state_of(folder)["status"] == "succeeded"


def test_a_pair_is_started_again(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process runs out; the launcher ends, and the supervisor starts both anew."""
    pair: dict[str, Any] = {"device": "cpu", "gpus": 2, "precision": "fp32"}
    folder = make_run(hyperparameters={**GIVEN, "batch_size": 2}, hardware=pair)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *launcher, "-m", "tests.training.ml.hungry", str(folder)]
    outcome = supervise(folder, command, lambda news: Verdict.GO_ON, env=env)
    log = (folder / "log.txt").read_text()
    assert outcome.ending is Ending.SUCCEEDED, log
    assert [line["step"] for line in metrics_of(folder)] == [1, 2, 3, 4]
    assert "batch_size 1 and accumulate 2 are in force" in log
