"""Engine processes as the front process sees them: started, asked how they are, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
import psutil

from deployments.server.channel import Port, new_area
from deployments.server.journal import Journal

ROOT = Path(__file__).parents[2]
MOST_LINE = 500
# The kernel ends an engine when the thread that started it ends, not only when the process does: this
# thread stays.
_starter = ThreadPoolExecutor(1, thread_name_prefix="engines")


class LoadFailed(Exception):
    """The engine says why the model cannot be loaded."""


class EngineEnded(Exception):
    """The engine ended before the model was ready; `wished` says whether the server wanted it to."""

    def __init__(self, reason: str | None, wished: bool) -> None:
        super().__init__(f"the engine ended while it loaded: {reason}")
        self.wished = wished


@dataclass(frozen=True)
class Group:
    """Lanes of one kind that share a loaded network, each on `threads` cores; None leaves that to the
    device.
    """

    kind: str
    threads: int | None
    lanes: int


@dataclass(frozen=True)
class Order:
    """What an engine is to load."""

    bundle: str
    runtime: str
    device: str
    quantization: str
    groups: tuple[Group, ...]


class Engine:
    """A process that loads what `order` says.

    `ports` are its lanes, group by group; `reason` says why it ended, once it has. What it prints goes to the
    journal.
    """

    def __init__(self, order: Order, journal: Journal) -> None:
        self.reason: str | None = None
        self._heirs: list[Callable[[Engine], None]] = []
        self._lock = threading.Lock()
        self._journal = journal
        self._wish: str | None = None
        self._last = ""
        self._over = threading.Event()
        control, theirs = _pair()
        lanes = [[_Lane() for _ in range(group.lanes)] for group in order.groups]
        self.ports = tuple(tuple(lane.port for lane in group) for group in lanes)
        given = [theirs.fileno(), *(number for group in lanes for lane in group for number in lane.given)]
        command = [sys.executable, "-m", "deployments.server.engine"]
        command += ["--connection", str(theirs.fileno()), "--front", str(os.getpid())]
        try:
            self._process = _starter.submit(_start, command, given).result()
        finally:
            theirs.close()
            for lane in (lane for group in lanes for lane in group):
                lane.theirs.close()
        self._control = control
        self.pid = self._process.pid
        self._control.send_bytes(orjson.dumps(_message(order, lanes)))
        threading.Thread(target=self._watch, name=f"engine-{self.pid}", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until the model is loaded. Raises LoadFailed, or EngineEnded."""
        try:
            if not self._control.poll(seconds):
                self.end(f"it was not loaded within {seconds:.0f} seconds")
            failure = orjson.loads(self._control.recv_bytes())
        except (EOFError, OSError) as error:
            raise self.obituary() from error
        if failure is not None:
            self.end()
            raise LoadFailed(failure)

    @property
    def over(self) -> bool:
        """Whether the process has ended."""
        return self._over.is_set()

    def obituary(self) -> EngineEnded:
        """Why it ended, as an error; waits until it has."""
        self._over.wait()
        return EngineEnded(self.reason, self._wish is not None)

    def when_over(self, heir: Callable[[Engine], None]) -> None:
        """Have `heir` called once the process has ended; at once where it has already."""
        with self._lock:
            if not self.over:
                self._heirs.append(heir)
                return
        heir(self)

    def keep(self, groups: int) -> None:
        """Let the lanes of all groups but the first `groups` end, and what they loaded with them."""
        for port in (port for group in self.ports[groups:] for port in group):
            port.close()
        self.ports = self.ports[:groups]

    def memory(self) -> int:
        """Bytes that it holds, code and files that it only maps left out: engines share them. 0 once it has
        ended.
        """
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{self.pid}/status").read_text().splitlines()
            held = [int(field.split()[1]) for field in fields if field.startswith(("RssAnon:", "RssShmem:"))]
            return sum(held) * 1024
        with contextlib.suppress(psutil.Error):
            return int(psutil.Process(self.pid).memory_info().rss)
        return 0

    def end(self, reason: str | None = None) -> None:
        """Kill it and what it started; it has nothing to lose. Does not wait."""
        self._wish = self._wish or reason
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _watch(self) -> None:
        assert self._process.stdout is not None
        for raw in self._process.stdout:
            if line := raw.decode(errors="replace").strip()[:MOST_LINE]:
                self._last = line
                self._journal.event("warning", line)
        code = self._process.wait()
        self.reason = self._wish or _told(code, self._last)
        with self._lock:
            self._over.set()
            heirs, self._heirs = self._heirs, []
        for heir in heirs:
            heir(self)


class _Lane:
    """Both ends of a lane while the engine is being started."""

    def __init__(self) -> None:
        ours, self.theirs = _pair()
        images, outputs = new_area(), new_area()
        self.given = (self.theirs.fileno(), images.descriptor, outputs.descriptor)
        self.port = Port(ours, images, outputs)


def _pair() -> tuple[Connection, Connection]:
    ours, theirs = socket.socketpair()
    return Connection(ours.detach()), Connection(theirs.detach())


def _message(order: Order, lanes: list[list[_Lane]]) -> dict[str, Any]:
    return {
        "bundle": order.bundle,
        "runtime": order.runtime,
        "device": order.device,
        "quantization": order.quantization,
        "groups": [
            {"threads": group.threads, "lanes": [lane.given for lane in members]}
            for group, members in zip(order.groups, lanes, strict=True)
        ],
    }


def _start(command: list[str], descriptors: list[int]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": path},
        pass_fds=descriptors,
        process_group=0,
    )


def _told(code: int, last: str) -> str:
    """Why a process ended, in words."""
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"killed by {name}"
    return f"exit code {code}{', ' if last else ''}{last}"
