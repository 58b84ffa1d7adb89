"""The errors that services raise. `core.http.problems` alone turns them into responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class FieldError(NamedTuple):
    """What is wrong with one field; `field` is a dotted path such as `spec.hyperparameters.steps`."""

    field: str
    message: str


class TesseraError(Exception):
    """An expected failure that a client can read and act on."""

    status = 500
    title = "Something went wrong"
    slug = "error"

    def __init__(self, detail: str = "", errors: Sequence[FieldError] = ()) -> None:
        self.detail = detail or self.title
        self.errors = [FieldError(*error) for error in errors]
        super().__init__(self.detail)


class BadInput(TesseraError):
    status, title, slug = 400, "The input is not valid", "bad-input"


class Unauthenticated(TesseraError):
    status, title, slug = 401, "Sign in or send an API key", "unauthenticated"


class Forbidden(TesseraError):
    status, title, slug = 403, "Not allowed", "forbidden"


class NotFound(TesseraError):
    """Not there, or not the caller's: a client cannot tell which."""

    status, title, slug = 404, "Not found", "not-found"


class TimedOut(TesseraError):
    status, title, slug = 408, "The request took too long to arrive", "timed-out"


class Conflict(TesseraError):
    status, title, slug = 409, "Conflicts with what is there", "conflict"


class StaleRevision(TesseraError):
    status, title, slug = 412, "Somebody changed it since you read it", "stale-revision"


class TooLarge(TesseraError):
    status, title, slug = 413, "Too large", "too-large"


class UnsupportedMedia(TesseraError):
    status, title, slug = 415, "Unknown media type", "unsupported-media"


class Unusable(TesseraError):
    status, title, slug = 422, "It cannot be used", "unusable"


class TooManyRequests(TesseraError):
    status, title, slug = 429, "Too many requests", "too-many-requests"

    def __init__(self, detail: str = "", errors: Sequence[FieldError] = (), retry_after: int = 1) -> None:
        super().__init__(detail, errors)
        self.retry_after = retry_after


class Unavailable(TesseraError):
    status, title, slug = 503, "Not available right now", "unavailable"
