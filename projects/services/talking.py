"""Talking with a child process that decodes, and that may crash or hang: JSON lines both ways, bytes back."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from core import children

# What a decoder needs to know of where it runs; nothing of the platform's secrets.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "OMP_NUM_THREADS", "VIRTUAL_ENV")


class Died(Exception):
    """The child is gone."""


class Quiet(Exception):
    """The child says nothing."""


class Talk:
    """One child of `python -m module`, to be closed."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        path = os.pathsep.join([str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = children.start(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "PYTHONPATH": path},
        )
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout.fileno()
        self._heard = bytearray()
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._out, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, what: dict[str, Any], content: bytes = b"") -> None:
        """A line, and bytes behind it. Raises Died."""
        try:
            self._in.write(json.dumps(what).encode() + b"\n")
            self._in.write(content)
            self._in.flush()
        except OSError as error:
            raise Died from error

    def line(self, patience: float) -> dict[str, Any]:
        """The next line. Raises Quiet when nothing of it comes for `patience` seconds, and Died."""
        while (end := self._heard.find(b"\n")) < 0:
            self._listen(patience)
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        try:
            said = json.loads(line)
        except ValueError as error:
            raise Died from error
        if not isinstance(said, dict):
            raise Died
        return said

    def bytes(self, count: int, patience: float) -> bytes:
        """So many bytes behind the last line. Raises as `line` does."""
        while len(self._heard) < count:
            self._listen(patience)
        content = bytes(self._heard[:count])
        del self._heard[:count]
        return content

    def close(self) -> None:
        """End the child, at once."""
        self._waiting.close()
        children.end(self._process, 0.0)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()

    def _listen(self, patience: float) -> None:
        until = time.monotonic() + patience
        if not self._waiting.select(max(0.0, until - time.monotonic())):
            raise Quiet
        block = os.read(self._out, 1 << 20)
        if not block:
            raise Died
        self._heard += block
