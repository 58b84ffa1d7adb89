"""The demo's journey, from an empty folder and again on the same one."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests import stack as stacks

SECONDS = 280


def demo(stack: stacks.Stack | None, folder: Path, *options: str) -> str:
    environment = stack.environment if stack else stacks.environment_for(folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.tessera.small_demo", "--data", str(folder), *options],
        cwd=stacks.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_uses_the_platform_that_runs_on_its_folder(stack: stacks.Stack, tmp_path: Path) -> None:
    said = demo(stack, stack.data_dir)
    assert f"Watch it: {stack.url}" in said
    assert re.search(r"mIoU +0\.\d{3}", said)
    assert re.search(r"latency +\d+ ms a request", said)
    with Image.open(stack.data_dir / "demo-prediction.png") as drawn:
        assert drawn.size[0] > 0
    answer = _ask(said)
    assert answer.status_code == 200
    assert answer.json()["deployment"]["version"] == 1
    again = demo(stack, stack.data_dir)
    assert "(0 new)" in again
    assert _ask(again).json()["deployment"]["version"] == 2
    # Still the stack's: the demo stops only what it started.
    assert stack.process.poll() is None


@pytest.mark.timeout(SECONDS)
def test_the_demo_starts_and_stops_a_platform_of_its_own(tmp_path: Path) -> None:
    said = demo(None, tmp_path, "--port", "0")
    assert "Done in" in said
    url = re.search(r"Watch it: (\S+)", said)
    assert url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url.group(1))


def _ask(said: str) -> httpx.Response:
    """Do what the printed curl would do."""
    parts = shlex.split(next(line for line in said.splitlines() if line.startswith("curl ")))
    header = parts[parts.index("-H") + 1].partition(": ")
    image = Path(parts[parts.index("-F") + 1].partition("@")[2])
    return httpx.post(
        parts[-1],
        headers={header[0]: header[2]},
        files={"image": (image.name, image.read_bytes(), "image/jpeg")},
    )
