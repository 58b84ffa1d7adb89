"""A process that decodes pictures for another: `python -m projects.media.picture_decoder`.

It reads one JSON line a request from its standard input, `{"do", "path" or "bytes", …}`, behind it the bytes
of the file where they are not in `path`, and answers with one line and so many bytes:

- `look` (`side`): `{"ok", "facts", "bytes"}`, what an asset keeps, and a thumbnail of at most `side`;
- `thumbnail` (`side`), `display` (`content_type`), `page` (`page`): `{"ok", "content_type", "bytes"}`, a
  picture encoded;
- `pixels` (`page`): `{"ok", "shape", "bytes"}`, upright RGB rows.

What cannot be decoded is answered with `{"error"}`.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from projects.media import encode
from projects.media.errors import Unreadable
from projects.media.images import Picture, fit, read
from projects.media.limits import PICTURE_MEMORY_BYTES, confine
from projects.media.looks import measure

Answer = tuple[dict[str, Any], bytes]


def look(file: IO[bytes], request: dict[str, Any]) -> Answer:
    picture = read(file, at_least=request["side"])
    small = fit(picture.upright, request["side"])
    facts = {name: getattr(picture, name) for name in Picture._fields if name != "upright"}
    return {"facts": {**facts, **measure(small)._asdict()}}, encode.thumbnail(small)


def thumbnail(file: IO[bytes], request: dict[str, Any]) -> Answer:
    picture = read(file, at_least=request["side"])
    return {"content_type": encode.THUMBNAIL_TYPE}, encode.thumbnail(fit(picture.upright, request["side"]))


def display(file: IO[bytes], request: dict[str, Any]) -> Answer:
    content, content_type = encode.display(read(file).upright, request["content_type"])
    return {"content_type": content_type}, content


def page(file: IO[bytes], request: dict[str, Any]) -> Answer:
    content, content_type = encode.display(read(file, page=request["page"]).upright, "image/png")
    return {"content_type": content_type}, content


def pixels(file: IO[bytes], request: dict[str, Any]) -> Answer:
    rows = np.asarray(read(file, page=request.get("page", 0)).upright.convert("RGB"))
    return {"shape": rows.shape}, rows.tobytes()


DOES: dict[str, Callable[[IO[bytes], dict[str, Any]], Answer]] = {
    "look": look,
    "thumbnail": thumbnail,
    "display": display,
    "page": page,
    "pixels": pixels,
}


def answer(request: dict[str, Any], content: bytes) -> Answer:
    """Raises Unreadable or OSError."""
    if "path" not in request:
        return DOES[request["do"]](io.BytesIO(content), request)
    with open(request["path"], "rb") as file:
        return DOES[request["do"]](file, request)


def main() -> None:
    confine(PICTURE_MEMORY_BYTES)
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while line := asked.readline():
        request = json.loads(line)
        content = asked.read(request.get("bytes", 0))
        try:
            said, body = answer(request, content)
        except (Unreadable, OSError) as error:
            said, body = {"error": str(error)}, b""
        told.write(json.dumps({**said, "ok": "error" not in said, "bytes": len(body)}).encode() + b"\n")
        told.write(body)
        told.flush()


if __name__ == "__main__":
    main()
