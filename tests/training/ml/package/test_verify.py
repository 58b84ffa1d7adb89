"""A package is tried in an environment made for it, once for each set of requirements."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from training.ml.package.verify import verify


def archive(folder: Path, script: str, requirements: str = "") -> Path:
    file = folder / "model.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("predict.py", script)
        packed.writestr("requirements.txt", requirements)
    return file


def test_a_check_that_passes_in_a_clean_environment(tmp_path: Path) -> None:
    script = "import importlib.util, sys\nprint('numpy' if importlib.util.find_spec('numpy') else 'bare')"
    answer = verify(archive(tmp_path, script), tmp_path / "environments")
    assert (answer.passed, answer.environment, answer.detail) == (True, "clean", "bare")
    made = [path for path in (tmp_path / "environments").iterdir() if path.is_dir()]
    stamp = (made[0] / "complete").stat().st_mtime_ns
    again = verify(archive(tmp_path, "raise SystemExit('it differs')"), tmp_path / "environments")
    assert (again.passed, again.detail) == (False, "it differs")
    assert (made[0] / "complete").stat().st_mtime_ns == stamp


def test_where_pip_cannot_install_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    script = "import numpy\nprint('as expected')"
    answer = verify(archive(tmp_path, script, "numpy==2.4.6\n"), tmp_path / "environments")
    assert answer.passed and answer.environment == "platform"
    assert answer.detail.startswith("as expected (run with the platform's own packages: ERROR")
    assert not [path for path in (tmp_path / "environments").iterdir() if path.is_dir()]
