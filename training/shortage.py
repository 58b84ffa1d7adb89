"""Memory that ran out under a training process: how the kernel says so, and whether the run may go on.

A process that notices by itself writes a smaller batch into `adjusted.json` and asks to be started again. One
that the kernel ended could not: its successor is told by `out-of-memory.json`, and does it then.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
COUNTER = "oom_kill"
# Of one of several processes under a launcher, which itself then ends with 1.
AGAIN = 75
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
        self._adjusted = self._read("adjusted.json")

    def killed(self, code: int) -> bool:
        """Whether the kernel ended the child for lack of memory, or one of several under a launcher, which
        then ends with a code of its own."""
        return code in (-signal.SIGKILL, LAUNCHER_FAILED) and kills() > self._kills

    def goes_on(self, code: int) -> bool:
        """Whether the child is to be started again with a smaller batch: it asks for that, or it was killed
        and the user allows it."""
        if code in (AGAIN, LAUNCHER_FAILED) and self._read("adjusted.json") != self._adjusted:
            return True
        told = self.folder / "out-of-memory.json"
        if not self.killed(code) or told.exists() or not self._allowed():
            return False
        told.write_text(json.dumps({"code": code}))
        return True

    def _allowed(self) -> bool:
        try:
            given = json.loads(self._read("spec.json") or b"{}")["hyperparameters"]
        except (ValueError, KeyError, TypeError):
            return False
        return isinstance(given, dict) and given.get("halve_batch_on_oom") is True

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None
