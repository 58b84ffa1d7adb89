"""The image of a prediction request, in each of the forms a client may send it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core.errors import BadInput, FieldError, TooLarge
from deployments.remote_images import fetch

MOST_BYTES = 64 << 20
# Base64 takes four characters for three bytes; a little more for the JSON around it.
MOST_REQUEST_BYTES = MOST_BYTES // 3 * 4 + (1 << 16)


class RawImageParser(BaseParser):
    """A body that is the image itself."""

    media_type = "image/*"

    def parse(  # type: ignore[override]
        self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None
    ) -> bytes:
        data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise _too_large()
        return bytes(data)


class RawBytesParser(RawImageParser):
    media_type = "application/octet-stream"


def check_length(request: Request) -> None:
    """Refuse a body that says it is too large before any of it is read."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdigit() and int(declared) > MOST_REQUEST_BYTES:
        raise _too_large()


def image_of(request: Request) -> bytes:
    """The bytes of the image; raises BadInput naming what is missing, TooLarge, or what `fetch` raises."""
    check_length(request)
    data = request.data
    if isinstance(data, bytes):
        return _checked(data)
    if "image" in request.FILES:
        file = request.FILES["image"]
        if (file.size or 0) > MOST_BYTES:
            raise _too_large()
        return _checked(file.read())
    if not isinstance(data, Mapping) or "image" not in data:
        raise _bad("is required: a file as multipart, or base64 or {url} as JSON")
    unknown = [key for key in data if key != "image"]
    if unknown:
        raise BadInput(errors=[FieldError(key, "unknown key; only image is known") for key in unknown])
    image = data["image"]
    if isinstance(image, str):
        return _checked(_decoded(image))
    if isinstance(image, Mapping) and set(image) == {"url"} and isinstance(image["url"], str):
        return _checked(fetch(image["url"]))
    raise _bad('must be base64 or {"url": "https://…"}')


def _decoded(text: str) -> bytes:
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _bad("is not base64") from None


def _checked(data: bytes) -> bytes:
    if not data:
        raise _bad("is empty")
    if len(data) > MOST_BYTES:
        raise _too_large()
    return data


def _bad(message: str) -> BadInput:
    return BadInput(f"image: {message}", [FieldError("image", message)])


def _too_large() -> TooLarge:
    return TooLarge(f"An image may have {MOST_BYTES >> 20} MB at most.")
