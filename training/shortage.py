"""Memory that ran out under a training process: how the kernel says so, and whether the run may go on.

A process that notices by itself writes a smaller batch into the run folder and asks to be started again. For
one that the kernel ended, this does it.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

from training.adjustment import AGAIN, FILE, in_force, reduce_batch

CGROUPS = Path("/sys/fs/cgroup")
COUNTER = "oom_kill"
# How a launcher ends whose process asked to be started again, or was killed.
LAUNCHER_FAILED = 1


def kills() -> int:
    """How many processes the kernel has ended for lack of memory: in our own group, and on the machine. Only
    differences mean anything."""
    return sum(_counter(file) for file in (Path("/proc/vmstat"), *_group_files()))


def _group_files() -> list[Path]:
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    files = []
    for line in lines:
        _, controllers, place = line.split(":", 2)
        if not controllers:
            files.append(CGROUPS / place.lstrip("/") / "memory.events")
        elif "memory" in controllers.split(","):
            files.append(CGROUPS / "memory" / place.lstrip("/") / "memory.oom_control")
    return files


def _counter(file: Path) -> int:
    try:
        pairs = (line.split() for line in file.read_text().splitlines())
        return sum(int(pair[1]) for pair in pairs if len(pair) == 2 and pair[0] == COUNTER)
    except (OSError, ValueError):
        return 0


class Shortage:
    """What was so when a child was started, to be compared with how it ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kills = kills()
        self._adjusted = self._read(FILE)

    def killed(self, code: int) -> bool:
        """Whether the kernel ended the child for lack of memory, or one of several under a launcher, which
        then ends with a code of its own."""
        return code in (-signal.SIGKILL, LAUNCHER_FAILED) and kills() > self._kills

    def goes_on(self, code: int) -> bool:
        """Whether the child is to be started again with a smaller batch: it asks for that, or it was killed
        and the user allows it."""
        if code in (AGAIN, LAUNCHER_FAILED) and self._read(FILE) != self._adjusted:
            return True
        return self.killed(code) and self._reduced()

    def _reduced(self) -> bool:
        try:
            given = json.loads(self._read("spec.json") or b"{}")["hyperparameters"]
            return reduce_batch(self.folder, in_force(given, self.folder), "The kernel ended it.") is not None
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None
