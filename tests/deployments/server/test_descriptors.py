"""Models that come and go leave no shared memory open in the server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.deployments.server.process import Server


def shared(server: Server) -> int:
    """How many descriptors of shared memory the front process holds."""
    folder = Path(f"/proc/{server.process.pid}/fd")
    return sum("tessera-images" in os.readlink(each) for each in folder.iterdir() if each.is_symlink())


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_model_that_is_dropped_takes_its_memory_along(server: Server, bundle: Path) -> None:
    before = shared(server)
    server.put("passing", bundle, runtime="onnxruntime", threads=1)
    server.wait_ready("passing")
    assert shared(server) > before
    server.delete("passing")
    until(lambda: shared(server) == before)


def test_an_engine_that_is_killed_leaves_nothing_to_the_next(server: Server, light: str) -> None:
    before, known = shared(server), server.state(light)
    os.kill(known["pid"], signal.SIGKILL)
    until(lambda: server.state(light)["restarts"] > known["restarts"])
    until(lambda: server.state(light)["engine"] == "awake")
    until(lambda: shared(server) == before)
