"""One platform a data folder: a locked file that says who runs there."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

NAME = "up.lock"


class AlreadyRunning(Exception):
    """Another `tessera up` holds the data folder; `.info` is what it wrote about itself."""

    def __init__(self, info: dict[str, Any]) -> None:
        super().__init__(info)
        self.info = info


class DataLock:
    """Held as long as the object lives. The kernel lets go of it when the process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            info = _read(self._file)
            os.close(self._file)
            raise AlreadyRunning(info) from None
        self.write({"pid": os.getpid()})

    def write(self, info: dict[str, Any]) -> None:
        content = json.dumps(info).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, content, 0)

    def release(self) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)


def running(folder: Path) -> dict[str, Any] | None:
    """What the platform on this folder says of itself (`pid`, `url`, `ready`); None when none runs."""
    try:
        file = os.open(folder / NAME, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(file)
    finally:
        os.close(file)
    return None


def _read(file: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(file, 4096, 0))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
