"""One child process: in a session of its own, dying with its parent, its output in a pipe."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may import or allocate much.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None

MANY_FILES = 65536
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
# Who lived this long was well: its next crash starts with the shortest wait again.
WELL_AFTER = 30.0


def die_with(parent: int) -> None:
    """Called in the child: be killed when the parent dies, even by SIGKILL."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def allow_many_files() -> None:
    """Let this process and its children open more files than the usual 1024, as far as the machine does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, MANY_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process whose output comes through one non-blocking pipe."""
    parent = os.getpid()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd=folder,
        pass_fds=pass_fds,
        start_new_session=True,
        # Safe here: this process has one thread.
        preexec_fn=lambda: die_with(parent),
    )
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return process


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the process and everything it started in its session; one that is gone is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


@dataclass
class Child:
    """A process of the platform, over all its restarts."""

    name: str
    command: list[str]
    pass_fds: tuple[int, ...] = ()
    # Signals to stop it with, one after the other, each with the seconds it may take.
    stop_with: tuple[tuple[int, float], ...] = ((signal.SIGTERM, 3.0),)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float | None = None
    wait: float = FIRST_WAIT
    crashes: int = 0

    def start(self, environment: Mapping[str, str], folder: Path) -> None:
        self.process = start(self.command, environment, folder, self.pass_fds)
        self.started_at = time.monotonic()
        self.start_again_at = None

    def crashed(self) -> float:
        """Note the end of the process; returns the seconds until it is to start again."""
        now = time.monotonic()
        self.crashes += 1
        if now - self.started_at > WELL_AFTER:
            self.wait = FIRST_WAIT
        wait, self.wait = self.wait, min(self.wait * 2, LONGEST_WAIT)
        self.start_again_at = now + wait
        self.process = None
        return wait


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        try:
            return f"was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended with exit code {code}"
