"""Who may talk to the server: whoever has the token, or where there is none, this machine alone."""

from __future__ import annotations

import hmac

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from deployments.server import problems
from deployments.server.config import is_loopback
from deployments.server.problems import Unauthenticated

OPEN = ("/healthz", "/readyz")


class Guard:
    """Turns away requests without the bearer token, probes apart."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPEN and not self._allowed(HTTPConnection(scope)):
            await problems.response(Unauthenticated())(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _allowed(self, connection: HTTPConnection) -> bool:
        if self._expected is None:
            return connection.client is not None and is_loopback(connection.client.host)
        given = connection.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, self._expected)
