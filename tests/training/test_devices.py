"""One device, one run at a time: two workers of a machine never train on the same GPU."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from training.models import Run
from training.services import devices, execution


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (None, None, False),
        ("0", None, False),
        (None, "0", False),
        ("0", "0", False),
        ("0,1", "1", False),
        ("0", "1", True),
        ("0,1", "2, 3", True),
        ("GPU-1a/x", "GPU-1b/x", True),
    ],
)
def test_who_may_train_beside_us(
    monkeypatch: pytest.MonkeyPatch, ours: str | None, theirs: str | None, expected: bool
) -> None:
    def see(gpus: str | None) -> None:
        if gpus is None:
            monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        else:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", gpus)

    see(ours)
    with devices.held() as first:
        see(theirs)
        with devices.held() as second:
            assert (first, second) == (True, expected)
    with devices.held() as again:
        assert again


def test_a_run_waits_while_the_device_is_taken(make_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run()
    with devices.held():
        execution.execute()
    assert Run.objects.get(pk=run.pk).status == "queued"


def test_a_killed_worker_holds_nothing(settings: Any) -> None:
    code = """
import os, signal, sys, types
from django.conf import settings
settings.configure(TESSERA_RUNS_DIR=sys.argv[1])
from training.services import devices
with devices.held() as free:
    assert free
    os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(settings.TESSERA_RUNS_DIR)], cwd=root, check=False)
    assert done.returncode == -9
    with devices.held() as free:
        assert free
