"""Starts, restarts, stops, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tessera.supervisor.lock import running
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Platform:
    def __init__(self, folder: Path, *arguments: str, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.log = folder.parent / f"{folder.name}.out"
        path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.tessera.small_platform", folder, str(self.port), *arguments],
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": path},
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_ready(self) -> None:
        wait_until(lambda: "ready at" in self.output)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, text: str) -> psutil.Process | None:
        return next((p for p in self.family() if any(text in part for part in p.cmdline())), None)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Platform]]:
    platforms: list[Platform] = []

    def make(*arguments: str, folder: Path = tmp_path / "data", port: int | None = None) -> Platform:
        folder.mkdir(exist_ok=True)
        platforms.append(Platform(folder, *arguments, port=port))
        return platforms[-1]

    yield make
    for platform in platforms:
        platform.process.kill()
        platform.process.wait()


def gone(processes: list[psutil.Process]) -> bool:
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_gets_ready_and_says_where(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.wait_ready()
    info = running(platform.folder)
    assert info == {"pid": platform.process.pid, "url": f"http://127.0.0.1:{platform.port}", "ready": True}
    assert (platform.folder / "logs" / "web.log").read_text() == "web is up\n"
    assert "migrate    | migrated" in platform.output


def test_a_crashed_child_starts_again(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.wait_ready()
    victim = platform.child("socket.socket")
    assert victim
    victim.kill()
    wait_until(lambda: platform.output.count("web is up") == 2)
    assert "web was ended by SIGKILL; starting it again in 0.5 s" in platform.output
    assert platform.child("socket.socket")


def test_waits_longer_after_each_crash(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.wait_ready()
    for wait in ("0.5", "1"):
        victim = platform.child("socket.socket")
        assert victim
        victim.kill()
        wait_until(lambda wait=wait: f"again in {wait} s" in platform.output)
        wait_until(lambda: platform.child("socket.socket") is not None)


def test_gives_up_when_something_can_never_start(start: Callable[..., Platform]) -> None:
    platform = start("broken")
    assert platform.process.wait(20) == 1
    assert "no such module" in platform.output
    assert "worker cannot start; its lines above say why." in platform.output
    assert running(platform.folder) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(start: Callable[..., Platform], number: signal.Signals) -> None:
    platform = start()
    platform.wait_ready()
    wait_until(lambda: len(platform.family()) == 4)
    family = platform.family()
    platform.process.send_signal(number)
    assert platform.process.wait(5) == 0
    assert gone(family)
    assert running(platform.folder) is None
    assert platform.output.rstrip().endswith("stopped")


def test_who_ignores_signals_is_killed(start: Callable[..., Platform]) -> None:
    platform = start("stubborn")
    platform.wait_ready()
    family = platform.family()
    platform.process.send_signal(signal.SIGINT)
    assert platform.process.wait(5) == 0
    assert gone(family)


def test_no_orphan_when_the_supervisor_is_killed(start: Callable[..., Platform]) -> None:
    platform = start()
    platform.wait_ready()
    children = psutil.Process(platform.process.pid).children()
    assert len(children) == 3
    platform.process.kill()
    platform.process.wait()
    wait_until(lambda: gone(children), 5)
    assert running(platform.folder) is None


def test_one_platform_a_folder(start: Callable[..., Platform]) -> None:
    first = start()
    first.wait_ready()
    second = start()
    assert second.process.wait(10) == 1
    assert "A platform already runs on" in second.output
    assert str(first.port) in second.output


def test_a_taken_port_is_said_clearly(start: Callable[..., Platform], tmp_path: Path) -> None:
    first = start()
    first.wait_ready()
    second = start(folder=tmp_path / "other", port=first.port)
    assert second.process.wait(10) == 1
    assert second.output == f"Port {first.port} is in use. Choose another with --port.\n"
