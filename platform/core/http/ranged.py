"""File answers with `Range`, `ETag` and `If-None-Match`, which Django's FileResponse leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from core.storage import storage

BLOCK = 1 << 18
Answer = TypeVar("Answer", bound=HttpResponseBase)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$", re.ASCII)


def ranged_file(
    request: HttpRequest,
    source: str | Path,
    content_type: str,
    etag: str | None = None,
    filename: str | None = None,
    inline: bool = True,
    max_age: int = 0,
) -> HttpResponse | StreamingHttpResponse:
    """Answer with a stored key (str) or a local file (Path): whole, a range (206), 304 or 416.

    `etag` is the bare validator without quotes; it must change whenever the bytes do.
    """
    quoted = f'"{etag}"' if etag else None
    if quoted and _matches(request.headers.get("If-None-Match"), quoted):
        return _describe(HttpResponseNotModified(), quoted, max_age)
    file, size = _open(source)
    span = _range(request, size, quoted)
    start, stop = span or (0, size)
    if span and start >= stop:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(
        _blocks(file, start, stop), status=206 if span else 200, content_type=content_type
    )
    response["Content-Length"] = str(stop - start)
    response["Accept-Ranges"] = "bytes"
    if span:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    if filename:
        kind = "inline" if inline else "attachment"
        response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(filename)}"
    return _describe(response, quoted, max_age)


def unchanged(
    request: HttpRequest, etag: str, max_age: int = 0, immutable: bool = False
) -> HttpResponse | None:
    """304 where the client has the bytes with this validator already, to be asked before they are made."""
    quoted = f'"{etag}"'
    if not _matches(request.headers.get("If-None-Match"), quoted):
        return None
    return _describe(HttpResponseNotModified(), quoted, max_age, immutable)


def small_file(
    content: bytes, content_type: str, etag: str, max_age: int = 0, immutable: bool = False
) -> HttpResponse:
    """Answer with bytes at hand; `immutable` ones are not asked for again before `max_age` seconds."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Length"] = str(len(content))
    return _describe(response, f'"{etag}"', max_age, immutable)


def _describe(response: Answer, etag: str | None, max_age: int, immutable: bool = False) -> Answer:
    if etag:
        response["ETag"] = etag
    # Always private: whoever caches in between does not know who may see the file.
    kept = f"private, max-age={max_age}" + (", immutable" if immutable else "")
    response["Cache-Control"] = kept if max_age else "private, no-cache"
    # Uploaded content must never run as a page of ours.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _matches(header: str | None, etag: str) -> bool:
    if not header:
        return False
    return header.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in header.split(","))


def _open(source: str | Path) -> tuple[IO[bytes], int]:
    if isinstance(source, Path):
        return source.open("rb"), source.stat().st_size
    return storage.open(source), storage.size(source)


def _range(request: HttpRequest, size: int, etag: str | None) -> tuple[int, int] | None:
    """The span asked for as [start, stop), empty where it lies behind the end; None for the whole file."""
    condition = request.headers.get("If-Range")
    match = _RANGE.match(request.headers.get("Range", ""))
    if not match or (condition and condition != etag):
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
    return start, stop


def _blocks(file: IO[bytes], start: int, stop: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = stop - start
        while left > 0:
            block = file.read(min(BLOCK, left))
            if not block:
                return
            left -= len(block)
            yield block
