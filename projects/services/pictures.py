"""Pictures, decoded by processes that strangers' files may crash: what one is, and pictures made of it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.conf import settings

from core.errors import Unusable
from projects.services.decoders import Pool
from projects.services.talking import Quiet, Talk

# The largest pictures that are taken decode within ten seconds on one slow core.
PATIENCE = 60.0
BLOCK = 1 << 20


class Request(NamedTuple):
    """What a decoder is to do, with the file's bytes where it cannot read the file itself."""

    what: dict[str, Any]
    content: bytes


def _start() -> Talk:
    return Talk("projects.media.picture_decoder", [])


def _ask(talk: Talk, request: Request) -> tuple[dict[str, Any], bytes]:
    """Raises Unusable with the reason, Died and Quiet."""
    talk.send(request.what, request.content)
    begun = time.monotonic()
    said = talk.line(PATIENCE)
    if "error" in said:
        raise Unusable(said["error"])
    if time.monotonic() - begun > PATIENCE:
        raise Quiet
    return said, talk.bytes(int(said["bytes"]), PATIENCE)


_pool = Pool(settings.TESSERA_PICTURE_DECODERS, "picture", _start, _ask, slow=Unusable)


def look(file: IO[bytes], side: int) -> tuple[dict[str, Any], bytes]:
    """What an asset keeps of a picture (`width`, `height`, `orientation`, `content_type`, `displayable`,
    `pages`, `phash`, `brightness`, `sharpness`), and its thumbnail. Raises Unusable with the reason.
    """
    said, content = _pool.ask(_request(file, {"do": "look", "side": side}))
    return said["facts"], content


def thumbnail(path: Path, side: int) -> bytes:
    """The encoded thumbnail of a local file. Raises Unusable."""
    return _pool.ask(Request({"do": "thumbnail", "side": side, "path": str(path)}, b""))[1]


def display(path: Path, content_type: str) -> tuple[bytes, str]:
    """A picture that browsers show, and its content type. Raises Unusable."""
    said, content = _pool.ask(
        Request({"do": "display", "content_type": content_type, "path": str(path)}, b"")
    )
    return content, str(said["content_type"])


def page(path: Path, number: int) -> bytes:
    """Page `number` of a local file, from 0, as a PNG. Raises Unusable."""
    return _pool.ask(Request({"do": "page", "page": number, "path": str(path)}, b""))[1]


def pixels(file: IO[bytes], page: int = 0) -> npt.NDArray[np.uint8]:
    """Upright RGB, uint8 [height, width, 3]. Raises Unusable."""
    said, content = _pool.ask(_request(file, {"do": "pixels", "page": page}))
    return np.frombuffer(content, np.uint8).reshape(said["shape"])


def _request(file: IO[bytes], what: dict[str, Any]) -> Request:
    """By its path where it has one that another process sees the same bytes behind."""
    file.seek(0)  # what was written last reaches the file
    path = _path_of(file)
    if path is not None:
        return Request({**what, "path": path}, b"")
    content = file.read()
    return Request({**what, "bytes": len(content)}, content)


def _path_of(file: IO[bytes]) -> str | None:
    name = getattr(file, "name", None)
    if not isinstance(name, str) or not os.path.isabs(name):
        return None
    try:
        return name if os.path.samestat(os.stat(name), os.fstat(file.fileno())) else None
    except (OSError, ValueError, AttributeError):
        return None


def close() -> None:
    """End the idle decoders."""
    _pool.close()
