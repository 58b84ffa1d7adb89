"""Asks the web process whether everything answers, without ever waiting for it."""

from __future__ import annotations

import contextlib
import json
import socket
import time

from tessera.supervisor.output import Output

INTERVAL = 0.1
TIMEOUT = 5.0
REQUEST = b"GET /readyz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Readiness:
    """`ready` turns true for good once `/readyz` said so; `missing` names what it still waits for."""

    def __init__(self, address: tuple[str, int], output: Output) -> None:
        self.ready = False
        self.missing: list[str] = ["web"]
        self._address, self._output = address, output
        self._connection: socket.socket | None = None
        self._answer = b""
        self._asked_at = 0.0

    def ask(self) -> None:
        """Send the question when it is time; the answer comes through the selector."""
        now = time.monotonic()
        if self._connection is not None and now - self._asked_at > TIMEOUT:
            self.close()
        if self.ready or self._connection is not None or now - self._asked_at < INTERVAL:
            return
        self._asked_at = now
        try:
            # The supervisor holds the listening socket itself: connecting never waits.
            self._connection = socket.create_connection(self._address, timeout=TIMEOUT)
            self._connection.sendall(REQUEST)
            self._connection.setblocking(False)
        except OSError:
            self.close()
            return
        self._answer = b""
        self._output.watch(self._connection, self._read)

    def close(self) -> None:
        if self._connection is None:
            return
        # It is not watched yet when sending the question failed.
        with contextlib.suppress(KeyError):
            self._output.unwatch(self._connection)
        self._connection.close()
        self._connection = None

    def _read(self) -> None:
        assert self._connection is not None
        try:
            data = self._connection.recv(64 << 10)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._answer += data
        if not data:
            self.close()
            self._judge()

    def _judge(self) -> None:
        head, _, body = self._answer.partition(b"\r\n\r\n")
        self.ready = b" 200 " in head.split(b"\r\n", 1)[0]
        try:
            checks = json.loads(body)["checks"]
        except (ValueError, KeyError, TypeError):
            return
        self.missing = [name for name, passed in checks.items() if not passed]
