"""The images of a prediction request, in each of the forms a client may send them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core.errors import BadInput, FieldError, TooLarge
from deployments.remote_images import fetch

MOST_BYTES = 64 << 20
# Base64 takes four characters for three bytes; a little more for the JSON around it.
MOST_REQUEST_BYTES = MOST_BYTES // 3 * 4 + (1 << 16)
MOST_IMAGES = 64
# Files of a batch lie on disk until their turn comes; a JSON body is held in memory whole.
MOST_BATCH_BYTES = 512 << 20

# Gives the bytes of one image of a batch when its turn comes.
Source = Callable[[], bytes]


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


def check_length(request: Request, most: int | None = None) -> None:
    """Refuse a body that says it is too large before any of it is read."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if most is None and declared.isdigit() and int(declared) > MOST_REQUEST_BYTES:
        raise _too_large()
    if most is not None and declared.isdigit() and int(declared) > most:
        raise TooLarge(f"The files may have {most >> 20} MB together at most.")


def image_of(request: Request) -> bytes:
    """The bytes of the image; raises BadInput naming what is missing, TooLarge, or what `fetch` raises."""
    check_length(request)
    data = request.data
    if isinstance(data, bytes):
        return _checked(data, "image")
    if "image" in request.FILES:
        return _from_file(request.FILES["image"], "image")
    if not data and not (request.content_type or "").startswith(("multipart/", "application/json")):
        raise _bad("image", "is empty")
    if not isinstance(data, Mapping) or "image" not in data:
        raise _bad("image", "is required: a file as multipart, or base64 or {url} as JSON")
    _no_more_than("image", data)
    return _from_json(data["image"], "image")


def images_of(request: Request) -> list[Source]:
    """What gives the images of a batch, in their order, each raising what is wrong with it alone.

    Raises BadInput for a body without a list of 1 to MOST_IMAGES images, TooLarge.
    """
    is_form = (request.content_type or "").startswith("multipart/")
    check_length(request, MOST_BATCH_BYTES if is_form else None)
    data = request.data
    if is_form:
        files = request.FILES.getlist("images")
        _counted(len(files))
        return [partial(_from_file, file, f"images.{number}") for number, file in enumerate(files)]
    if not isinstance(data, Mapping) or not isinstance(images := data.get("images"), list):
        raise _bad("images", "is required: files as multipart, or a list of base64 or {url} as JSON")
    _no_more_than("images", data)
    _counted(len(images))
    return [partial(_from_json, image, f"images.{number}") for number, image in enumerate(images)]


def _counted(number: int) -> None:
    if not 1 <= number <= MOST_IMAGES:
        raise _bad("images", f"a batch has 1 to {MOST_IMAGES} images; {number} came")


def _no_more_than(known: str, data: Mapping[str, Any]) -> None:
    unknown = [key for key in data if key != known]
    if unknown:
        raise BadInput(errors=[FieldError(key, f"unknown key; only {known} is known") for key in unknown])


def _from_file(file: Any, field: str) -> bytes:
    if (file.size or 0) > MOST_BYTES:
        raise _too_large()
    return _checked(file.read(), field)


def _from_json(image: object, field: str) -> bytes:
    if isinstance(image, str):
        return _checked(_decoded(image, field), field)
    if isinstance(image, Mapping) and set(image) == {"url"} and isinstance(image["url"], str):
        return _checked(fetch(image["url"], f"{field}.url"), field)
    raise _bad(field, 'must be base64 or {"url": "https://…"}')


def _decoded(text: str, field: str) -> bytes:
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _bad(field, "is not base64") from None


def _checked(data: bytes, field: str) -> bytes:
    if not data:
        raise _bad(field, "is empty")
    if len(data) > MOST_BYTES:
        raise _too_large()
    return data


def _bad(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}", [FieldError(field, message)])


def _too_large() -> TooLarge:
    return TooLarge(f"An image may have {MOST_BYTES >> 20} MB at most.")
