"""The piece-wise half of tus: PATCH, written to the disk as it arrives.

Through a WSGI thread a piece would be taken in whole before anybody looked at it, and a client that sends
20 GB in one piece and dies near its end would have to begin anew.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from channels.db import database_sync_to_async

from accounts.principals import Principal
from accounts.sockets import PrincipalMiddleware
from core.errors import (
    BadInput,
    Conflict,
    FieldError,
    TesseraError,
    TooLarge,
    Unauthenticated,
    UnsupportedMedia,
)
from core.http import problems
from core.http.spool import IDLE_SECONDS, Receive
from projects import spool
from projects.models import Upload
from projects.services import uploading
from projects.tus import CHECKSUMS, CONTENT_TYPE, VERSION, Mismatch, WrongVersion, expires, whole_number

T = TypeVar("T")
PATH = re.compile(r"^/api/v1/uploads/([0-9a-fA-F-]{36})$")
PIECE = 1 << 20
# A client that went away may be back before its old connection is given up: it has precedence.
WAIT_SECONDS = 10.0

_disk = ThreadPoolExecutor(4, thread_name_prefix="uploads")
# Taking a picture in decodes it: threads of their own, so that pieces are written meanwhile.
_work = ThreadPoolExecutor(8, thread_name_prefix="taking-in")
# The task that fills an upload in this process.
_filling: dict[uuid.UUID, asyncio.Task[Any]] = {}


async def receive_piece(scope: Any, receive: Receive, send: Any) -> None:
    """An ASGI application for `PATCH /uploads/{id}`."""
    await _with_principal(scope, receive, send)


async def _known(scope: Any, receive: Receive, send: Any) -> None:
    status, headers, body = 204, [], b""
    try:
        if scope["principal"] is None:
            raise Unauthenticated("Sign in, or send `Authorization: Bearer <API key>`.")
        match = PATH.match(scope["path"])
        assert match
        headers = await _fill(scope["principal"], uuid.UUID(match[1]), _headers(scope), receive)
    except TesseraError as error:
        status, body = error.status, json.dumps(problems.document(error)).encode()
        # What is left of the body may still come: this connection can carry no other request.
        headers = [(b"content-type", problems.CONTENT_TYPE.encode()), (b"connection", b"close")]
    except _Gone:
        return
    headers += [(b"tus-resumable", VERSION.encode()), (b"content-length", str(len(body)).encode())]
    if status == 204:
        headers = [pair for pair in headers if pair[0] != b"content-length"]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


_with_principal = PrincipalMiddleware(_known)


class _Gone(Exception):
    """The client went away, or another request of its took over."""


async def _fill(
    principal: Principal, key: uuid.UUID, headers: dict[str, str], receive: Receive
) -> list[tuple[bytes, bytes]]:
    """Append the body; the answer's headers. What arrived stays, however the request ends."""
    upload = await _in_database(_checked, principal, key, headers)
    digest, wanted = _checksum(headers.get("upload-checksum"))
    appending = await _turn(key)
    try:
        if appending.offset != (offset := whole_number(headers.get("upload-offset"), "Upload-Offset")):
            raise Conflict(f"{appending.offset} bytes have arrived, and this piece begins at {offset}.")
        try:
            await _copy(receive, appending, upload.length, digest)
        except BaseException:
            # A piece that is to be checked whole is kept whole or not at all.
            await _in_thread(appending.take_back if digest else appending.flush)
            raise
        if digest is not None and digest.digest() != wanted:
            await _in_thread(appending.take_back)
            raise Mismatch("The piece does not have its check sum: send it again.")
        await _in_thread(appending.flush)
        await _in_database(_arrived, principal, upload, appending.offset)
        return [
            (b"upload-offset", str(appending.offset).encode()),
            (b"upload-expires", expires(upload).encode()),
        ]
    except asyncio.CancelledError:
        raise _Gone from None
    finally:
        appending.close()
        if _filling.get(key) is asyncio.current_task():
            del _filling[key]


def _checked(principal: Principal, key: uuid.UUID, headers: dict[str, str]) -> Upload:
    if headers.get("tus-resumable") != VERSION:
        raise WrongVersion()
    upload = uploading.get_upload(principal, key)
    if headers.get("content-type") != CONTENT_TYPE:
        raise UnsupportedMedia(f"Send pieces as {CONTENT_TYPE}.")
    if (length := headers.get("upload-length")) is not None:
        uploading.declare_length(upload, whole_number(length, "Upload-Length"))
    if upload.state != Upload.State.RECEIVING:
        raise Conflict("All of this upload has arrived already.")
    return upload


async def _turn(key: uuid.UUID) -> spool.Appending:
    """The file's end. Whoever fills it in this process is broken off: the same client is back."""
    before = _filling.get(key)
    task = asyncio.current_task()
    assert task
    _filling[key] = task
    if before is not None and before is not task:
        before.cancel()
        await asyncio.wait([before], timeout=WAIT_SECONDS)
    return await _in_thread(spool.Appending, key)


async def _copy(receive: Receive, appending: spool.Appending, length: int | None, digest: Any) -> None:
    """Write the body. Raises TooLarge beyond the declared length, _Gone when the client goes away."""
    pending, more = bytearray(), True
    try:
        while more:
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    message = await receive()
            except TimeoutError:
                raise _Gone from None
            if message["type"] == "http.disconnect":
                raise _Gone
            pending += message.get("body", b"")
            more = message.get("more_body", False)
            if length is not None and appending.offset + len(pending) > length:
                pending = pending[: length - appending.offset]
                raise TooLarge(f"More came than the {length} bytes that were announced.")
            if len(pending) >= PIECE:
                piece, pending = pending, bytearray()
                await _in_thread(_write, appending, piece, digest)
    finally:
        if pending:
            await asyncio.shield(_in_thread(_write, appending, pending, digest))


def _write(appending: spool.Appending, piece: bytearray, digest: Any) -> None:
    appending.write(piece)
    if digest is not None:
        digest.update(piece)


def _arrived(principal: Principal, upload: Upload, offset: int) -> None:
    if offset == upload.length:
        uploading.take_in(principal, upload)
    else:
        uploading.touch(upload)


def _checksum(header: str | None) -> tuple[Any, bytes]:
    """A running digest and what it is to become; (None, b"") where nothing is to be checked."""
    if header is None:
        return None, b""
    name, _, text = header.partition(" ")
    try:
        if name not in CHECKSUMS:
            raise ValueError(f"{name} is not known")
        return hashlib.new(name), base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        message = f"give one of {', '.join(CHECKSUMS)} and the digest in base64"
        raise BadInput(errors=[FieldError("Upload-Checksum", message)]) from error


def _headers(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _in_thread(function: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_disk, function, *arguments)


async def _in_database(function: Callable[..., T], *arguments: Any) -> T:
    answer: T = await database_sync_to_async(function, thread_sensitive=False, executor=_work)(*arguments)
    return answer
