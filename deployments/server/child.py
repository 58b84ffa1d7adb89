"""A process beside the front process: started, watched, ended. It dies with the front, however that dies."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
import psutil

from deployments.server.journal import Journal

ROOT = Path(__file__).parents[2]
MOST_LINE = 500
# The kernel ends a child when the thread that started it ends, not only when the process does: this thread
# stays.
_starter = ThreadPoolExecutor(1, thread_name_prefix="engines")


class LoadFailed(Exception):
    """The child says why what it was told to load cannot be loaded."""


class EngineEnded(Exception):
    """The child ended before it was ready; `wished` says whether the server wanted it to."""

    def __init__(self, reason: str | None, wished: bool) -> None:
        super().__init__(f"the engine ended while it loaded: {reason}")
        self.wished = wished


class Child:
    """A process of `module` that was given a connection, `order` as its first message, and the descriptors
    in `given`.

    `reason` says why it ended, once it has. What it prints goes to the journal.
    """

    def __init__(self, module: str, order: Any, journal: Journal, given: Sequence[int] = ()) -> None:
        self.reason: str | None = None
        self._heirs: list[Callable[[Any], None]] = []
        self._lock = threading.Lock()
        self._journal = journal
        self._wish: str | None = None
        self._last = ""
        self._over = threading.Event()
        self._control, theirs = pair()
        command = [sys.executable, "-m", module]
        command += ["--connection", str(theirs.fileno()), "--front", str(os.getpid())]
        try:
            self._process = _starter.submit(_start, command, [theirs.fileno(), *given]).result()
        finally:
            theirs.close()
        self.pid = self._process.pid
        self._control.send_bytes(orjson.dumps(order))
        threading.Thread(target=self._watch, name=f"engine-{self.pid}", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until it says that it is ready. Raises LoadFailed, or EngineEnded."""
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

    def when_over(self, heir: Callable[[Any], None]) -> None:
        """Have `heir` called once the process has ended; at once where it has already."""
        with self._lock:
            if not self.over:
                self._heirs.append(heir)
                return
        heir(self)

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


def pair() -> tuple[Connection, Connection]:
    """Both ends of a connection: one to keep, one to hand over."""
    ours, theirs = socket.socketpair()
    return Connection(ours.detach()), Connection(theirs.detach())


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
