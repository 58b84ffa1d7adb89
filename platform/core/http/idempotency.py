"""`Idempotency-Key`: a POST sent twice with the same key creates once and answers the same."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import BadInput, Conflict, FieldError, Unusable
from core.leases import reaper
from core.models import RememberedAnswer

REMEMBER = timedelta(hours=24)
MAX_KEY = 255
# What uploads in pieces say in headers instead of in a body.
_SAYING = ("Upload-Length", "Upload-Metadata")


class _Replay(Exception):
    def __init__(self, answer: RememberedAnswer) -> None:
        self.answer = answer


class IdempotentMixin:
    """Put it before APIView. Failed requests are forgotten, so that a corrected retry goes through."""

    # Fields that are shown once and never stored: a replayed answer has null there.
    secret_fields: tuple[str, ...] = ()
    _remembered: RememberedAnswer | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except BaseException:
            # A bug answers through Django, past `finalize_response`: the key must not stay taken.
            if self._remembered is not None:
                self._remembered.delete()
            raise

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or not key or isinstance(request.user, AnonymousUser):
            return
        if len(key) > MAX_KEY:
            raise BadInput(errors=[FieldError("Idempotency-Key", f"at most {MAX_KEY} characters")])
        caller = f"{request.user.pk}:{getattr(request.auth, 'pk', 'session')}"
        self._remembered = _remember(request, request.user.pk, caller, key)

    def handle_exception(self, exception: Exception) -> Response:
        if isinstance(exception, _Replay):
            response = Response(exception.answer.body, status=exception.answer.status)
            response["Idempotent-Replayed"] = "true"
            return response
        return super().handle_exception(exception)  # type: ignore[misc, no-any-return]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self._remembered is None:
            return response
        if 200 <= response.status_code < 300 and isinstance(response, Response):
            self._remembered.status = response.status_code
            # Through JSON text: UUIDs and times as the client saw them.
            body = json.loads(json.dumps(response.data, default=str))
            for name in self.secret_fields:
                body[name] = None
            self._remembered.body = body
            self._remembered.save(update_fields=["status", "body"])
        else:
            self._remembered.delete()
        return response


def _remember(request: Request, user_id: uuid.UUID, caller: str, key: str) -> RememberedAnswer:
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            return RememberedAnswer.objects.create(
                user_id=user_id, caller=caller, key=key, request=fingerprint
            )
    except IntegrityError:
        answer = RememberedAnswer.objects.get(caller=caller, key=key)
    if answer.request != fingerprint:
        raise Unusable("This Idempotency-Key was used for another request.")
    if answer.status is None:
        raise Conflict("The first request with this Idempotency-Key is still being answered.")
    raise _Replay(answer)


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for name in _SAYING:
        digest.update(json.dumps([name, request.headers.get(name)]).encode())
    if (request.content_type or "").startswith("application/json"):
        digest.update(json.dumps(request.data, sort_keys=True, default=str).encode())
    elif (request.content_type or "").startswith("multipart/"):
        _add_form(digest, request)
    return digest.hexdigest()


def _add_form(digest: Any, request: Request) -> None:
    """Fields and files, bytes included: another file under the same key is another request."""
    for name, values in sorted(request.POST.lists()):
        digest.update(json.dumps([name, values]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)


@reaper("remembered answers")
def forget() -> None:
    """Drop what is older than a day, and what a crash left unanswered for ten minutes."""
    now = timezone.now()
    RememberedAnswer.objects.filter(created_at__lt=now - REMEMBER).delete()
    RememberedAnswer.objects.filter(status=None, created_at__lt=now - timedelta(minutes=10)).delete()
