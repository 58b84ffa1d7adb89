"""Who is behind a socket: the same cookie or key as over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.authentication import bearer_token, user_of_key
from accounts.models import User
from accounts.principals import Principal
from core.errors import Unauthenticated


class _Resolve:
    """Puts `scope["principal"]`: a Principal, or None for whoever is not known."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        principal = await database_sync_to_async(principal_of_scope)(scope)
        return await self.inner({**scope, "principal": principal}, receive, send)


async def admit_large_body(scope: Any) -> None:
    """Raises Unauthenticated for a request of nobody known: what strangers send must not fill the disk."""

    async def check(scope: Any, receive: Any, send: Any) -> None:
        if scope["principal"] is None:
            raise Unauthenticated("Sign in, or send `Authorization: Bearer <API key>`.")

    await PrincipalMiddleware(check)(scope, None, None)


def PrincipalMiddleware(inner: Any) -> Any:  # noqa: N802  (a middleware factory, named like the others)
    return CookieMiddleware(SessionMiddleware(_Resolve(inner)))


def principal_of_scope(scope: Any) -> Principal | None:
    """Whoever stands behind the scope's key or cookie now, None for nobody; reads the database anew."""
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    token = bearer_token(headers.get("authorization"))
    if token is not None:
        try:
            return Principal(*user_of_key(token))
        except Unauthenticated:
            return None
    if not _same_origin(headers):
        return None
    # The scope's own session remembers what it read when the socket was opened.
    session = scope["session"]
    return _session_principal(type(session._wrapped)(session.session_key))


def _same_origin(headers: dict[str, str]) -> bool:
    """Cookies ride along from any page, and sockets know no CSRF token: only our own pages may use them."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _session_principal(session: Any) -> Principal | None:
    user_id = session.get(SESSION_KEY)
    if not user_id or not session.get(BACKEND_SESSION_KEY):
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    # A changed password ends the sessions opened with the old one.
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return Principal(user)
