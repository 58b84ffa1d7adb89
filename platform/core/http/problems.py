"""RFC 9457 problem documents: the one place where errors become responses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core import errors
from core.errors import FieldError, TesseraError

CONTENT_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


def document(error: TesseraError) -> dict[str, Any]:
    """The problem document of an error, as a JSON-ready dict."""
    body: dict[str, Any] = {
        "type": f"urn:tessera:problem:{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": writable(error.detail),
    }
    if error.errors:
        body["errors"] = [
            {"field": writable(field), "message": writable(message)} for field, message in error.errors
        ]
    return body


def writable(text: str) -> str:
    """The text with half surrogate pairs, which a caller's key may hold and no answer can, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error leaves as a problem document; None re-raises a real bug."""
    error = translate(exception)
    if error is None:
        return None
    set_rollback()
    response = Response(document(error), status=error.status, content_type=CONTENT_TYPE)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.TooManyRequests):
        response["Retry-After"] = str(error.retry_after)
    return response


def translate(exception: Exception) -> TesseraError | None:
    """Our name for an exception of Django or DRF, or None where it is a bug to be seen."""
    if isinstance(exception, TesseraError):
        return exception
    if isinstance(exception, drf.ValidationError):
        fields = list(field_errors(exception.detail))
        return errors.BadInput("; ".join(f"{f}: {m}" if f else m for f, m in fields[:3]), fields)
    if isinstance(exception, DjangoValidationError):
        return errors.BadInput("; ".join(exception.messages))
    if isinstance(exception, drf.NotAuthenticated):
        return errors.Unauthenticated("Sign in, or send `Authorization: Bearer <API key>`.")
    if isinstance(exception, drf.AuthenticationFailed):
        return errors.Unauthenticated(str(exception.detail))
    if isinstance(exception, drf.PermissionDenied | PermissionDenied):
        return errors.Forbidden(str(getattr(exception, "detail", "")))
    if isinstance(exception, Http404 | drf.NotFound):
        return errors.NotFound()
    if isinstance(exception, drf.Throttled):
        wait = max(1, int(getattr(exception, "wait", None) or 1))
        return errors.TooManyRequests(f"Too many requests; try again in {wait} s.", retry_after=wait)
    if isinstance(exception, drf.UnsupportedMediaType):
        return errors.UnsupportedMedia(str(exception.detail))
    if isinstance(exception, RequestDataTooBig):
        return errors.TooLarge("The request body is too large for this address; send files as multipart.")
    if isinstance(exception, RecursionError):
        return errors.BadInput("The JSON is nested too deeply.")
    if isinstance(exception, drf.ParseError | SuspiciousOperation):
        return errors.BadInput(str(getattr(exception, "detail", exception)))
    if isinstance(exception, drf.APIException):
        return _from_api_exception(exception)
    if isinstance(exception, OperationalError):
        logger.exception("database unavailable")
        return errors.Unavailable("The database does not answer; try again in a moment.")
    return None


def _from_api_exception(exception: drf.APIException) -> TesseraError:
    error = TesseraError(str(exception.detail))
    error.status = exception.status_code
    error.title = HTTPStatus(exception.status_code).phrase.capitalize()
    error.slug = str(exception.default_code).replace("_", "-")
    return error


def field_errors(detail: Any, prefix: str = "") -> Iterator[FieldError]:
    """Flatten DRF's nested error detail into dotted fields."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from field_errors(value, ".".join(part for part in (prefix, name) if part))
        return
    if isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = f"{prefix}.{index}" if isinstance(value, dict | list) else prefix
            yield from field_errors(value, nested)
        return
    yield FieldError(prefix, str(detail))


def _plain(error: TesseraError) -> JsonResponse:
    return JsonResponse(document(error), status=error.status, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Django's 404 for addresses that no view answers."""
    return _plain(errors.NotFound(f"Nothing is served at {request.path}."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _plain(errors.BadInput())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _plain(errors.Forbidden())


def server_error(request: HttpRequest) -> JsonResponse:
    return _plain(TesseraError("The server hit a bug; its log has the details."))


def csrf_failure(request: Request, reason: str = "") -> JsonResponse:
    return _plain(errors.Forbidden(f"The CSRF check failed: {reason}"))
