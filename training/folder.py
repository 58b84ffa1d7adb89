"""Reading a run folder while another process writes it: only whole lines, only whole documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MOST_BYTES = 4 << 20


class LineTail:
    """New complete lines of a file that grows, is cut back, or is replaced while it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._last = b""

    def read(self, final: bool = False) -> list[str]:
        """The lines since the last call; with `final` a last line without its newline counts too."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return []
        with file:
            if not self._continues(file):
                self._offset, self._last = 0, b""
            file.seek(self._offset)
            chunk = file.read(MOST_BYTES)
        whole = len(chunk) if final and len(chunk) < MOST_BYTES else chunk.rfind(b"\n") + 1
        if not whole:
            if len(chunk) < MOST_BYTES:
                return []
            whole = len(chunk)
        self._offset += whole
        lines = chunk[:whole].split(b"\n")
        if not lines[-1]:
            lines.pop()
        self._last = (lines[-1] + b"\n") if chunk[:whole].endswith(b"\n") else lines[-1]
        return [line.decode("utf-8", "replace") for line in lines]

    def _continues(self, file: Any) -> bool:
        """Whether the bytes before our offset are still those we read: a resumed child cuts its files back
        and may have written past our offset before we look again."""
        if not self._offset:
            return True
        file.seek(max(0, self._offset - len(self._last)))
        return bool(file.read(len(self._last)) == self._last)


class JsonFile:
    """A JSON document that is replaced as a whole; what cannot be parsed is as good as not yet written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None

    def changed(self) -> Any | None:
        """The document when it differs from the one seen last, else None."""
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp == self._seen:
                return None
            content = json.loads(self.path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        self._seen = stamp
        return content
