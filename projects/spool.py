"""Where uploads lie until they are whole: one file each in a local folder, growing at its end.

The file is the truth about how much has arrived. It is flushed to the disk before anybody is told, so that
neither a killed client nor a killed server costs more than what was on the way.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path
from types import TracebackType
from typing import IO

from django.conf import settings

from core.errors import Conflict, NotFound


def path_of(upload: uuid.UUID) -> Path:
    return Path(settings.TESSERA_DATA_DIR) / "uploads" / str(upload)


def make(upload: uuid.UUID) -> None:
    """An empty file for an upload."""
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(exist_ok=False)


def size(upload: uuid.UUID) -> int:
    """The bytes that have arrived. Raises NotFound where the file is gone."""
    try:
        return path_of(upload).stat().st_size
    except FileNotFoundError as error:
        raise NotFound("What had arrived of this upload is gone: send it again.") from error


def remove(upload: uuid.UUID) -> None:
    path_of(upload).unlink(missing_ok=True)


class Appending:
    """The end of an upload's file, held by one writer at a time over all processes."""

    def __init__(self, upload: uuid.UUID) -> None:
        """Raises NotFound where the file is gone, Conflict where somebody else is writing."""
        try:
            self._file: IO[bytes] = path_of(upload).open("r+b")
        except FileNotFoundError as error:
            raise NotFound("What had arrived of this upload is gone: send it again.") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise Conflict("Another request is sending to this upload at the moment.") from error
        self.start = self.offset = self._file.seek(0, os.SEEK_END)

    def __enter__(self) -> Appending:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, content: bytes | bytearray) -> None:
        self._file.write(content)
        self.offset += len(content)

    def flush(self) -> None:
        """Have what was written on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def take_back(self) -> None:
        """Forget what this writer wrote."""
        self._file.flush()
        self._file.truncate(self.start)
        self.offset = self.start

    def close(self) -> None:
        self._file.close()
