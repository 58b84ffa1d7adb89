"""A request's body, taken in whole by the event loop before any thread is busy with it."""

from __future__ import annotations

import asyncio
import io
import logging
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import IO, Any

from core.errors import TimedOut, Unavailable

# Beyond this a body lies in a temporary file, written in pieces of this size.
IN_MEMORY = 1 << 20
IDLE_SECONDS = 60.0

Receive = Callable[[], Awaitable[dict[str, Any]]]
logger = logging.getLogger(__name__)


class Gone(Exception):
    """The client went away before its request had arrived."""


async def spool(
    receive: Receive, disk: Executor, admit: Callable[[], Awaitable[None]]
) -> tuple[IO[bytes], int]:
    """The body as a file read from its start, and its length in bytes; the caller closes the file.

    `disk` writes what is too much for memory; `admit` is awaited once before, and raises for a caller who
    may not send that much. Raises TimedOut when nothing comes for IDLE_SECONDS, Unavailable when the disk
    is full, Gone when the client goes away.
    """
    pending = bytearray()
    file: IO[bytes] | None = None
    loop = asyncio.get_running_loop()
    size, more = 0, True
    try:
        while more:
            chunk, more = await _next(receive)
            pending += chunk
            size += len(chunk)
            if len(pending) < IN_MEMORY or (file is None and not more):
                continue
            if file is None:
                await admit()
                file = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
            await loop.run_in_executor(disk, file.write, pending)
            pending = bytearray()
        if file is None:
            return io.BytesIO(pending), size
        await loop.run_in_executor(disk, file.write, pending)
        file.seek(0)
        return file, size
    except BaseException as error:
        if file is not None:
            file.close()
        if isinstance(error, OSError):
            logger.exception("a request's body cannot be kept")
            raise Unavailable("The server has no room for this upload at the moment.") from error
        raise


async def _next(receive: Receive) -> tuple[bytes, bool]:
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            message = await receive()
    except TimeoutError:
        raise TimedOut(f"Nothing of the request's body came for {IDLE_SECONDS:.0f} seconds.") from None
    if message["type"] == "http.disconnect":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)
