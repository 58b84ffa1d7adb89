"""What tus 1.0 (https://tus.io/protocols/resumable-upload) says, apart from how it is carried."""

from __future__ import annotations

import base64
import binascii

from django.utils.http import http_date

from core.errors import BadInput, FieldError, TesseraError
from projects.models import Upload
from projects.services.uploading import LASTS

VERSION = "1.0.0"
EXTENSIONS = (
    *("creation", "creation-with-upload", "creation-defer-length"),
    *("termination", "expiration", "checksum"),
)
CHECKSUMS = ("sha1", "sha256", "md5")
CONTENT_TYPE = "application/offset+octet-stream"


class WrongVersion(TesseraError):
    status = 412
    slug = "tus-version"
    title = "Unknown version of tus"

    def __init__(self) -> None:
        message = f"must be {VERSION}"
        super().__init__(f"The header Tus-Resumable {message}.", [FieldError("Tus-Resumable", message)])


class Mismatch(TesseraError):
    status = 460
    slug = "checksum-mismatch"
    title = "Check sum mismatch"


def whole_number(text: str | None, header: str) -> int:
    """A header's number of bytes; raises BadInput naming the header."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadInput(errors=[FieldError(header, "must be a number of bytes")])
    return int(text)


def parse_metadata(header: str) -> dict[str, str]:
    """The pairs of an Upload-Metadata header: a key, and a value in base64 or nothing."""
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, text = pair.partition(" ")
        try:
            pairs[key] = base64.b64decode(text.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            message = f"the value of {key} is not UTF-8 in base64"
            raise BadInput(errors=[FieldError("Upload-Metadata", message)]) from error
    return pairs


def expires(upload: Upload) -> str:
    """When the upload is forgotten if nothing more comes."""
    return http_date((upload.updated_at + LASTS).timestamp())
