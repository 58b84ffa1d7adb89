"""Every way the server says no, as RFC 9457 problem documents."""

from __future__ import annotations

import math
from collections.abc import Sequence

import orjson
from starlette.responses import Response

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """A failure that the client can read and act on; `errors` are (field, message) pairs."""

    status = 500
    title = "Something went wrong"
    slug = "error"

    def __init__(self, detail: str = "", errors: Sequence[tuple[str, str]] = ()) -> None:
        self.detail = detail or self.title
        self.errors = tuple(errors)
        super().__init__(self.detail)

    def headers(self) -> dict[str, str]:
        return {}


class BadInput(Problem):
    status, title, slug = 400, "The input is not valid", "bad-input"


class Unauthenticated(Problem):
    status, title, slug = 401, "Send the inference token", "unauthenticated"

    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class NotFound(Problem):
    status, title, slug = 404, "Not found", "not-found"


class NotAcceptable(Problem):
    status, title, slug = 406, "Not acceptable", "not-acceptable"


class NotReady(Problem):
    status, title, slug = 409, "The model is not ready", "not-ready"


class TooLarge(Problem):
    status, title, slug = 413, "Too large", "too-large"


class Unusable(Problem):
    status, title, slug = 422, "It cannot be used", "unusable"


class Later(Problem):
    """The same request may succeed in `retry_after` seconds."""

    def __init__(self, detail: str, retry_after: float = 1) -> None:
        super().__init__(detail)
        self.retry_after = max(1, math.ceil(retry_after))

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class Overloaded(Later):
    """The queue is full; it takes `retry_after` seconds to work it off."""

    status, title, slug = 429, "Too many requests", "too-many-requests"


class Unavailable(Later):
    status, title, slug = 503, "Not available right now", "unavailable"


class Interrupted(Unavailable):
    """The model's engine ended; `sent` says whether it had been given the request by then."""

    def __init__(self, retry_after: float, sent: bool) -> None:
        super().__init__(
            "The model ended while it computed this image, and is being started again.", retry_after
        )
        self.sent = sent


def response(problem: Problem, error: bool = False) -> Response:
    """The problem document of `problem` as an HTTP response; with `error` it says so under that name too,
    where clients of the Open Inference Protocol look.
    """
    document: dict[str, object] = {
        "type": f"urn:tessera:problem:{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if error:
        document["error"] = problem.detail
    if problem.errors:
        document["errors"] = [{"field": field, "message": message} for field, message in problem.errors]
    return Response(orjson.dumps(document), problem.status, problem.headers(), CONTENT_TYPE)
