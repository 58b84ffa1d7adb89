"""All that the supervisor waits for, in one selector: what processes print, signals, the readiness probe."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tessera.supervisor.logs import Console, Lines, RotatedFile

CHUNK = 64 << 10


@dataclass
class _Stream:
    name: str
    lines: Lines


class Output:
    """Reads what the processes print and hands it to the console and to the log files."""

    def __init__(self, folder: Path, console: Console) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._console = folder, console
        self._files: dict[str, RotatedFile] = {}
        self._selector = selectors.DefaultSelector()
        self._read_end, self._write_end = os.pipe()
        for end in (self._read_end, self._write_end):
            os.set_blocking(end, False)
        self._selector.register(self._read_end, selectors.EVENT_READ)
        # Any signal, a child's end among them, ends the wait.
        signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)

    def add(self, name: str, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._selector.register(process.stdout, selectors.EVENT_READ, _Stream(name, Lines()))

    def drop(self, process: subprocess.Popen[bytes]) -> None:
        """Read what is left of a process that ended."""
        stdout = process.stdout
        assert stdout is not None
        if stdout in self._selector.get_map():
            self._drain(stdout.fileno(), self._selector.get_key(stdout).data)
            self._selector.unregister(stdout)
        stdout.close()

    def watch(self, connection: socket.socket, answered: Callable[[], None]) -> None:
        """Call `answered` when there is something to read."""
        self._selector.register(connection, selectors.EVENT_READ, answered)

    def unwatch(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)

    def pump(self, timeout: float) -> None:
        """Wait for at most `timeout` seconds; handle whatever came."""
        for key, _ in self._selector.select(timeout):
            if isinstance(key.data, _Stream):
                if not self._drain(key.fd, key.data):
                    self._selector.unregister(key.fileobj)
            elif key.data is None:
                with contextlib.suppress(BlockingIOError):
                    while os.read(self._read_end, CHUNK):
                        pass
            else:
                key.data()

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._selector.close()
        os.close(self._read_end)
        os.close(self._write_end)
        for file in self._files.values():
            file.close()

    def _drain(self, fd: int, stream: _Stream) -> bool:
        """False at the end of the stream."""
        while True:
            try:
                data = os.read(fd, CHUNK)
            except BlockingIOError:
                return True
            for line in stream.lines.feed(data) if data else stream.lines.flush():
                self._line(stream.name, line)
            if not data:
                return False

    def _line(self, name: str, line: bytes) -> None:
        if name not in self._files:
            self._files[name] = RotatedFile(self._folder / f"{name}.log")
        self._files[name].write(line + b"\n")
        if line.strip():
            self._console.line(name, line.decode(errors="replace"))
