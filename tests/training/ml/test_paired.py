"""Two processes give the losses of one at the same batch: norms see all images, losses weigh all pixels."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training.ml.conftest import ROOT

LAUNCHERS = ([], ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"])


def test_two_processes_give_the_losses_of_one(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    found = []
    for number, launcher in enumerate(LAUNCHERS):
        file = tmp_path / f"{number}.json"
        done = subprocess.run(
            [sys.executable, *launcher, "-m", "tests.training.ml.paired", str(file)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(json.loads(file.read_text()))
    one, two = found
    assert len(one) == 4
    for name, expected in one.items():
        assert two[name] == pytest.approx(expected, abs=3e-7 if "64" in name else 1e-5), name
