"""The files of one upload, however many: one open file behind them all."""

from __future__ import annotations

import io
import os
import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class OneFile(FileUploadHandler):
    """Writes what an upload brings into a single temporary file, and hands out windows on it.

    Django opens a temporary file for each file of a long request: a folder of a thousand images would meet
    the usual limit of 1024 open files.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.spool: _Spool | None = None
        self.start = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.spool = self.spool or _Spool()
        self.start = self.spool.size

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.spool is not None
        self.spool.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        assert self.spool is not None
        window = io.BufferedReader(_Window(self.spool, self.start, file_size))
        return UploadedFile(
            file=window,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class _Spool:
    """A file without a name, gone with the last window on it."""

    def __init__(self) -> None:
        self.descriptor, path = tempfile.mkstemp(prefix="tessera-upload-")
        os.unlink(path)
        self.size = 0

    def append(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]
        self.size += len(data)

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Window(io.RawIOBase):
    """A part of the spool as a file of its own."""

    def __init__(self, spool: _Spool, start: int, size: int) -> None:
        self._spool: _Spool | None = spool
        self._start, self._size, self._at = start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._spool is None:
            raise ValueError("read of a closed file")
        length = min(len(buffer), max(0, self._size - self._at))
        with memoryview(buffer)[:length] as target:
            read = os.preadv(self._spool.descriptor, [target], self._start + self._at) if length else 0
        self._at += read
        return read

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def close(self) -> None:
        self._spool = None
        super().close()
