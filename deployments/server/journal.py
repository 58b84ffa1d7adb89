"""The live log of a deployment: the last lines of what happened to it and to its requests."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT_LINES = 1000
# Of a flood of refusals one line a second tells as much as a thousand.
FLOOD_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass
class Line:
    """One line; `n` counts from 1, `time` is Unix time, `level` is info, warning or error."""

    n: int
    time: float
    level: str
    message: str


class Journal:
    """A ring of lines; anyone may write from any thread."""

    def __init__(self, deployment: str) -> None:
        self._deployment = deployment
        self._lines: deque[Line] = deque(maxlen=KEPT_LINES)
        self._written = 0
        self._flooded: dict[int, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def event(self, level: str, message: str) -> None:
        """Note what happened to the model, here and in the server's own log."""
        logger.log(getattr(logging, level.upper()), "%s: %s", self._deployment, message)
        self.write(level, message)

    def write(self, level: str, message: str) -> None:
        """Note a line here alone."""
        with self._lock:
            self._append(level, message)

    def refused(self, status: int, detail: str = "") -> None:
        """Note a request that got `status` instead of an answer; many in a second are told in one line."""
        now = time.monotonic()
        with self._lock:
            told, silent = self._flooded.get(status, (float("-inf"), 0))
            if now - told < FLOOD_SECONDS:
                self._flooded[status] = (told, silent + 1)
                return
            self._flooded[status] = (now, 0)
            more = f" and {silent} more before it" if silent else ""
            level = "error" if status == 500 else "warning"
            self._append(level, f"{status}{more}{': ' if detail else ''}{detail}")

    def after(self, n: int = 0) -> list[dict[str, Any]]:
        """The lines that are kept of those after the `n`-th, oldest first."""
        with self._lock:
            return [asdict(line) for line in self._lines if line.n > n]

    def _append(self, level: str, message: str) -> None:
        self._written += 1
        self._lines.append(Line(self._written, time.time(), level, message))
