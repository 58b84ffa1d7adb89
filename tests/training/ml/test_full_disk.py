"""A disk that is full costs no checkpoint that was there, leaves nothing half written, and is said."""

import errno
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.ml.conftest import ROOT, MakeRun, metrics_of, run_here, state_of
from training.ml import checkpoint, reporting, storing
from training.ml.failures import Failure
from training.ml.files import is_full, require_room
from training.ml.models import architecture
from training.ml.reporting import Reporter

UNET = {"architecture": "unet", "variant": "small"}
GIVEN = {"steps": 8, "batch_size": 2, "warmup_steps": 2}


def limited_child(folder: Path, megabytes: float, log: str = "log.txt") -> tuple[int, str]:
    """The training child, unable to write files above a size; its exit code and what it printed."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(megabytes * 2**20),) * 2)

    with open(log if log.startswith("/") else folder / log, "ab") as file:
        child = subprocess.run(
            [sys.executable, "-m", "training.ml.train", str(folder)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
                "OMP_NUM_THREADS": "1",
            },
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=limit,
            check=False,
        )
    return child.returncode, (folder / "log.txt").read_text() if log == "log.txt" else ""


def weights_megabytes() -> float:
    """The size of the model's file."""
    family = architecture("unet")
    model = family.build(family.config("small", 3))
    return sum(value.nbytes for value in model.state_dict().values()) / 2**20


def failing(error: OSError, calls: int) -> Callable[..., None]:
    """`require_room` that lets so many calls pass."""
    count = iter(range(1000))

    def check(folder: Path, size: int) -> None:
        if next(count) >= calls:
            raise error

    return check


def test_a_checkpoint_without_room_costs_only_itself(make_run: MakeRun) -> None:
    """Optimiser states are twice the weights, so that a limit in between stops checkpoints alone."""
    folder = make_run(hyperparameters=GIVEN, **UNET)
    code, log = limited_child(folder, 1.5 * weights_megabytes())
    assert code == 0, log
    assert log.count("could not be written") == 2 and "there is none yet" in log
    assert "tried again when the next one is due" in log
    assert list((folder / "checkpoints").iterdir()) == []
    assert state_of(folder)["status"] == "succeeded"
    assert (folder / "artifacts" / "step-00000008" / "evaluation.json").exists()


def test_an_artifact_without_room_ends_the_run_which_then_resumes(make_run: MakeRun) -> None:
    folder = make_run(hyperparameters=GIVEN, **UNET)
    code, log = limited_child(folder, 0.5 * weights_megabytes(), "/dev/full")
    error = state_of(folder)["error"]
    assert code == 2 and error["title"] == "The artifact could not be stored"
    assert "Free space" in error["hint"] and "begins anew" in error["hint"]
    assert [path.name for path in (folder / "artifacts").iterdir()] == []
    run_here(folder)
    assert [line["step"] for line in metrics_of(folder)] == list(range(1, 9))


def test_the_older_checkpoint_serves_when_the_next_has_no_room(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(hyperparameters=GIVEN)
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(checkpoint, "require_room", failing(full, 1))
    run_here(folder)
    assert [path.name for path in (folder / "checkpoints").iterdir()] == ["step-00000004"]
    assert "the one after step 4 is kept" in capsys.readouterr().out
    monkeypatch.undo()
    before = metrics_of(folder)
    run_here(folder)
    assert "Resumed after step 4." in capsys.readouterr().out
    assert [line["step"] for line in metrics_of(folder)] == [line["step"] for line in before]


def test_what_was_kept_stays_when_the_next_artifact_has_no_room(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:

    folder = make_run(hyperparameters=GIVEN)
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(storing, "require_room", failing(full, 1))
    with pytest.raises(Failure, match="could not be stored") as raised:
        run_here(folder)
    assert "goes on after step 4" in raised.value.hint
    index = json.loads((folder / "artifacts" / "index.json").read_text())
    assert [entry["name"] for entry in index] == ["step-00000004"]
    assert sorted(path.name for path in (folder / "artifacts").iterdir()) == ["index.json", "step-00000004"]


def test_room_is_asked_for_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(OSError, match="MB are needed") as raised:
        require_room(tmp_path, 10**18)
    assert is_full(raised.value)
    assert is_full(RuntimeError("I/O error: No space left on device (os error 28)"))
    assert not is_full(RuntimeError("shape"))


def test_half_a_line_of_metrics_is_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reporter = Reporter(tmp_path)
    reporter.metrics(1, 0.1, {"train/loss": 1.0})
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: write(handle, data[:9]))
        with pytest.raises(OSError, match="No space left"):
            reporter.metrics(2, 0.2, {"train/loss": 1.0})
    reporter.rewind(2)
    reporter.metrics(2, 0.2, {"train/loss": 1.0})
    assert [line["step"] for line in metrics_of(tmp_path)] == [1, 2]


def test_a_failure_is_written_where_the_file_already_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    reporter = Reporter(tmp_path)
    reporter.state(message="a long message that is longer than what comes after it" * 9)

    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(reporting, "replace_text", full)
    reporter.fail({"title": "The disk is full", "detail": "d", "hint": "h"})
    assert state_of(tmp_path)["error"]["title"] == "The disk is full"
