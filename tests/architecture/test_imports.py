"""Who may know whom: the contracts of pyproject.toml, and what they cannot see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Runs a module with every web framework blocked, as if it were not installed.
BLOCKED = """
import importlib, pkgutil, sys

class Block:
    NAMES = {"django", "rest_framework", "celery", "channels", "kombu"}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.NAMES:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Block())
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
"""
WITHOUT_TORCH = """
import sys
sys.path[1:1] = [{root!r}, {platform!r}]
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tessera.settings"
import tessera.asgi
loaded = sorted({{"torch", "transformers", "onnxruntime", "openvino"}} & set(sys.modules))
assert not loaded, loaded
loaded = [name for name in sys.modules if name.startswith(("training.ml", "deployments.server"))]
assert not loaded, loaded
"""
SMALL_SUPERVISOR = """
import sys
import tessera.cli, tessera.cli.up
heavy = {"django", "celery", "channels", "numpy", "torch", "httpx", "rich", "asyncio"} & set(sys.modules)
assert not heavy, heavy
"""


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["training.ml", "deployments.server", "annotations.geometry"])
def test_pure_packages_import_with_web_frameworks_blocked(package: str) -> None:
    done = python("-c", BLOCKED, package)
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_web_process_loads_no_machine_learning(tmp_path: Path) -> None:
    code = WITHOUT_TORCH.format(root=str(ROOT), platform=str(ROOT / "platform"))
    done = python("-c", code, TESSERA_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_supervisor_stays_small() -> None:
    done = python("-c", SMALL_SUPERVISOR)
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_standard_library_keeps_its_platform_module() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    for arguments in (["-c"], ["-P", "-c"]):
        done = python(*arguments, "import platform, uuid; platform.system(); print(platform.__file__)")
        assert done.returncode == 0, done.stderr
        assert not done.stdout.startswith(str(ROOT))


def test_manage_py_keeps_it_too(tmp_path: Path) -> None:
    done = python("manage.py", "version", TESSERA_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
