"""What the processes print: each line to a rotated file of its own, and to the console behind a name."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

MAX_BYTES = 10 << 20
KEPT = 3
MAX_LINE = 64 << 10
_COLOURS = {"web": 36, "worker": 32, "gpu-worker": 35, "export-worker": 94, "inference": 33, "migrate": 34}


class RotatedFile:
    """`web.log`, and `web.log.1` … when it grows over `MAX_BYTES`."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        self._path, self._max_bytes, self._kept = path, max_bytes, kept
        self._file = path.open("ab")

    def write(self, line: bytes) -> None:
        if self._file.tell() + len(line) > self._max_bytes:
            self._rotate()
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                os.replace(older, self._numbered(number + 1))
        os.replace(self._path, self._numbered(1))
        self._file = self._path.open("ab")

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


class Console:
    """The terminal: the supervisor's own words, and the processes' lines behind their names."""

    def __init__(self, out: TextIO | None = None, width: int = 10) -> None:
        self._out = out or sys.stdout
        self._width = width
        self._colours = self._out.isatty() and "NO_COLOR" not in os.environ

    def say(self, text: str) -> None:
        self._write(f"{self._bold('tessera'.ljust(self._width))} | {text}\n")

    def line(self, name: str, text: str) -> None:
        label = name.ljust(self._width)
        if self._colours:
            label = f"\x1b[{_COLOURS.get(name, 37)}m{label}\x1b[0m"
        self._write(f"{label} | {text}\n")

    def _bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._colours else text

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (BrokenPipeError, OSError):
            # Whoever read us is gone; the platform goes on, and the files still get every line.
            self._out = open(os.devnull, "w")  # noqa: SIM115


class Lines:
    """Cuts a stream of bytes into lines; a line without end is cut at `MAX_LINE`."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            whole.append(self._rest)
            self._rest = b""
        return whole

    def flush(self) -> list[bytes]:
        rest, self._rest = self._rest, b""
        return [rest] if rest else []
