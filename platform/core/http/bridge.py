"""WSGI behind ASGI, so that a client's slowness never costs a thread.

A thread is taken when the whole request is there, and given back when the view has answered. What is too long
to be held in memory is then read piece by piece, each piece when the client has taken the one before.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import IO, Any

from core.errors import TesseraError
from core.http import problems
from core.http.hangup import Hangup
from core.http.spool import Gone, Receive, spool

# How much of an answer is read ahead of the client.
AHEAD = 1 << 18
# Who takes nothing of an answer for this long is given up.
STALLED_SECONDS = 300.0

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Admit = Callable[[Scope], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Shared by all bridges: files are written and read in short turns.
_disk = ThreadPoolExecutor(4, thread_name_prefix="disk")


class Bridge:
    """An ASGI application that answers through a WSGI one, in threads of its own.

    `admit(scope)` is awaited before a body goes to disk, and raises a TesseraError for a caller who may not.
    """

    def __init__(self, app: Wsgi, workers: int, admit: Admit) -> None:
        self.app = app
        self.threads: Executor = ThreadPoolExecutor(workers, thread_name_prefix="http")
        self.admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, size = await spool(receive, _disk, lambda: self.admit(scope))
        except Gone:
            return
        except TesseraError as error:
            await _problem(send, error)
            return
        hangup = Hangup()
        gone = asyncio.create_task(_watch(receive, hangup))
        try:
            await self._answer(environ(scope, body, size), body, hangup, gone, send)
        finally:
            gone.cancel()

    async def _answer(
        self,
        environment: dict[str, Any],
        body: IO[bytes],
        hangup: Hangup,
        gone: asyncio.Task[None],
        send: Send,
    ) -> None:
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self.threads, hangup.run, _Answer, self.app, environment, body)
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if answer.ended:
                await send({"type": "http.response.body", "body": answer.first})
            else:
                await _drain(answer, gone, send)
        finally:
            if not answer.closed:
                _disk.submit(answer.close)


class _Answer:
    """What the application answered: all of it where it is short, else its beginning and a way to go on."""

    def __init__(self, app: Wsgi, environment: dict[str, Any], body: IO[bytes]) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        # A piece may still be read when the client goes away.
        self.lock = threading.Lock()
        with body:
            self.iterable = app(environment, self._start)
            self.pieces: Iterator[bytes] = iter(self.iterable)
            self.ended = self.closed = False
            try:
                self.first = self.more()
            except BaseException:
                self.close()
                raise
            if self.ended:
                self.close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [
            (name.strip().lower().encode("latin-1"), value.strip().encode("latin-1"))
            for name, value in headers
        ]

    def more(self) -> bytes:
        """The next piece, at least AHEAD long or the last; `ended` says that nothing is behind it."""
        with self.lock:
            parts: list[bytes] = []
            length = 0
            while length < AHEAD:
                part = next(self.pieces, None)
                if part is None:
                    self.ended = True
                    break
                parts.append(part)
                length += len(part)
            return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        with self.lock:
            self.closed = True
            getattr(self.iterable, "close", lambda: None)()


async def _watch(receive: Receive, hangup: Hangup) -> None:
    """Wait for the client to go away: nothing else is to come behind a whole body."""
    while (await receive())["type"] != "http.disconnect":
        pass
    # Whoever is broken off may wait for a lock: not in the event loop.
    await asyncio.get_running_loop().run_in_executor(_disk, hangup.happen)


async def _drain(answer: _Answer, gone: asyncio.Task[None], send: Send) -> None:
    """Send the rest in the client's pace; end early when it goes away."""
    loop = asyncio.get_running_loop()
    piece = answer.first
    while not answer.ended and not gone.done():
        async with asyncio.timeout(STALLED_SECONDS):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        piece = await loop.run_in_executor(_disk, answer.more)
    if answer.ended:
        await send({"type": "http.response.body", "body": piece})


async def _problem(send: Send, error: TesseraError) -> None:
    body = json.dumps(problems.document(error)).encode()
    headers = [
        (b"content-type", problems.CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        # The rest of the body may still be under way: this connection can carry no other request.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def environ(scope: Scope, body: IO[bytes], size: int) -> dict[str, Any]:
    """The WSGI environment of an ASGI request whose body has arrived."""
    server, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", 0)
    environment: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # `X_Forwarded_For` would be taken for `X-Forwarded-For`, past the proxy that writes the latter.
        if b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        if key in environment:
            value = environment[key] + ("; " if name == "COOKIE" else ",") + value
        environment[key] = value
    # As counted: a body sent in chunks has no such header.
    environment["CONTENT_LENGTH"] = str(size) if size else ""
    return environment
