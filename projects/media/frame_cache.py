"""Encoded frames as files, the least recently used of which go when there are too many bytes of them."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# A file is marked as used at most this often, in seconds: marking it costs a write.
MARK_EVERY = 60.0
# How full the folder is after it was tidied, and after which share of new bytes it is tidied again. Some
# processes write into one folder; together they stay below the limit.
TIDIED = 0.8
LOOK_AFTER = 1 / 32


def frame_path(folder: Path, digest: str, side: int | None, number: int) -> Path:
    """Where frame `number` of the video with this content lies, its longer side at most `side`."""
    return folder / digest[:2] / digest / (str(side) if side else "full") / f"{number}.jpg"


def found(path: Path) -> bytes | None:
    """The file's content, marked as just used; None where there is none."""
    try:
        content = path.read_bytes()
        if time.time() - path.stat().st_mtime > MARK_EVERY:
            os.utime(path)
    except FileNotFoundError:
        return None
    return content


class FrameCache:
    """One process's way to write into the folder that several share."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        # Unknown at first: the first file looks how full the folder is.
        self._unseen = limit

    def put(self, path: Path, content: bytes) -> None:
        """Write a file, whole or not at all, and make room where there is too little."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._unseen += len(content)
        if self._unseen > self.limit * LOOK_AFTER:
            self.tidy(keep=path)

    def tidy(self, keep: Path | None = None) -> None:
        """Remove what was used longest ago until TIDIED of the limit is left; never the file `keep`."""
        self._unseen = 0
        files = sorted(_files(self.folder))
        total = sum(size for _, size, _ in files)
        if total <= self.limit * (1 - 4 * LOOK_AFTER):
            return
        for _, size, path in files:
            if total <= self.limit * TIDIED:
                return
            if path == str(keep):
                continue
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            total -= size


def _files(folder: Path) -> Iterator[tuple[float, int, str]]:
    """When each file was last used, its bytes and its path."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(path)
                yield status.st_mtime, status.st_size, path
