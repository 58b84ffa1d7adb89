"""A converter's environment stands on the platform's own, and is made once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from training.ml.environments import python_with
from training.ml.export import environment
from training.ml.failures import Failure


def wheel(folder: Path) -> Path:
    """A package to install that needs no registry."""
    source = folder / "edge-writer"
    source.mkdir()
    (source / "edge_writer.py").write_text("WRITES = True\n")
    (source / "setup.py").write_text(
        "from setuptools import setup\nsetup(name='edge-writer', version='1', py_modules=['edge_writer'])\n"
    )
    return source


def test_it_has_what_was_asked_for_and_all_of_ours(tmp_path: Path) -> None:
    source = wheel(tmp_path)
    python, trouble = python_with(f"{source}\n", tmp_path / "environments")
    assert python is not None, trouble
    command = "import edge_writer, numpy, training.ml; print(numpy.__version__)"
    done = subprocess.run([str(python), "-c", command], cwd=tmp_path, capture_output=True, text=True)
    import numpy

    assert done.stdout.strip() == numpy.__version__, done.stderr
    with pytest.raises(ModuleNotFoundError):
        __import__("edge_writer")
    stamp = (python.parents[1] / "complete").stat().st_mtime_ns
    assert python_with(f"{source}\n", tmp_path / "environments") == (python, "")
    assert (python.parents[1] / "complete").stat().st_mtime_ns == stamp


def test_without_a_registry_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setitem(environment.CONVERTERS, "litert", ("no-such-converter==1",))
    with pytest.raises(Failure, match="no-such-converter==1 could not be installed"):
        environment.converter("litert", tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_the_command_ends_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    command = [sys.executable, "-m", "training.ml.export.environment", "executorch"]
    done = subprocess.run(
        [*command, "--environments", str(tmp_path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2
    assert json.loads(done.stdout.splitlines()[0])["progress"] == 0.0
    last = done.stderr.strip().splitlines()[-1]
    assert "executorch==1.5.1 could not be installed" in last and "registry" in last
