"""The two ways in: `Authorization: Bearer <API key>` for programs, the session cookie for browsers."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts.models import ApiKey, User
from accounts.tokens import hash_token
from core.errors import Unauthenticated

# A write per request would cost more than the request.
LAST_USED_EVERY = timedelta(minutes=1)


def user_of_key(token: str) -> tuple[User, ApiKey]:
    """The owner and the row of a key; raises Unauthenticated with what is wrong."""
    key = ApiKey.objects.select_related("user").filter(key_hash=hash_token(token)).first()
    if key is None:
        raise Unauthenticated("This API key is not known.")
    if key.revoked_at:
        raise Unauthenticated("This API key was revoked.")
    if not key.user.is_active:
        raise Unauthenticated("The owner of this API key is switched off.")
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - LAST_USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key.user, key


def bearer_token(header: str | None) -> str | None:
    """The token of an Authorization header, None where there is no Bearer."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        token = bearer_token(request.headers.get("Authorization"))
        return user_of_key(token) if token is not None else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserSession(SessionAuthentication):
    """The session cookie with Django's CSRF check."""


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key"}


class BrowserSessionScheme(OpenApiAuthenticationExtension):
    target_class = BrowserSession
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "tessera_session"}
