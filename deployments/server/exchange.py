"""A request's body in, a reply out, and nothing for a client that has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from deployments.server.answer import Reply
from deployments.server.problems import TooLarge

# nginx's number for a client that closed the connection; nobody is there to read it, the log is.
CLIENT_CLOSED = 499

T = TypeVar("T")


def sent(reply: Reply | None) -> Response:
    """The reply as a response; None is for a client that has gone."""
    if reply is None:
        return Response(status_code=CLIENT_CLOSED)
    return Response(reply.body, headers=reply.headers, media_type=reply.media_type)


async def unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """The answer of `work`, or None, and `work` cancelled, once the client has hung up."""
    answer = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        return await answer if answer.done() else None
    finally:
        answer.cancel()
        gone.cancel()


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def body_of(request: Request, limit: int) -> bytes:
    """The request's body. Raises TooLarge as soon as it is known to pass `limit` bytes."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge(f"The body has {int(declared):,} bytes; {limit:,} are allowed.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"The body has more than the {limit:,} bytes that are allowed.")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
