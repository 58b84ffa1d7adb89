"""Sockets of people in one image."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import wait
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.db import connection

from tests.annotations.merging.conftest import fresh
from tests.annotations.store.conftest import asset

__all__ = ["asset", "fresh"]


@pytest.fixture(autouse=True)
def _close_writers() -> Iterator[None]:
    """PostgreSQL takes no database away from threads that still hold a connection."""
    yield
    from annotations import consumers

    barrier = threading.Barrier(consumers._writers._max_workers)

    def close() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(5)
        connection.close()

    wait([consumers._writers.submit(close) for _ in range(barrier.parties)])


class Person:
    """A client of the image's socket, with a key of their own."""

    def __init__(self, asset: Any, token: str | None, after: int | None = None) -> None:
        from channels.routing import URLRouter

        from accounts.sockets import PrincipalMiddleware
        from annotations.routing import websocket_urlpatterns

        headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        query = "" if after is None else f"?after={after}"
        application = PrincipalMiddleware(URLRouter(websocket_urlpatterns))
        self.socket = WebsocketCommunicator(application, f"/ws/assets/{asset.pk}{query}", headers)
        self.welcome: dict[str, Any] = {}

    async def __aenter__(self) -> Person:
        assert (await self.socket.connect())[0]
        self.welcome = await self.hear("welcome")
        self.session = self.welcome["session"]
        return self

    async def __aexit__(self, *unused: Any) -> None:
        await self.socket.disconnect()

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message of this kind."""
        while True:
            message = await self.socket.receive_json_from(timeout=10)
            if message["type"] == kind:
                return dict(message)

    async def say(self, kind: str, **content: Any) -> None:
        await self.socket.send_json_to({"type": kind, **content})

    async def change(self, op: str | None = None, **items: Any) -> dict[str, Any]:
        """Send a change and hear that it was accepted or refused."""
        op = op or str(uuid.uuid4())
        await self.say("change", op=op, **items)
        while True:
            message = await self.socket.receive_json_from(timeout=10)
            if message["type"] in ("accepted", "refused") and message["op"] == op:
                return dict(message)


@pytest.fixture
def token_of(workspace: Any) -> Any:
    """A key of a new member with this role and name."""

    def make(role: str = "annotator", name: str = "") -> str:
        from accounts import services
        from accounts.models import Member, User
        from accounts.principals import ROLE_ACTIONS, SCOPES, Principal

        user = User.objects.create_user(f"{uuid.uuid4().hex}@example.com", "correct horse", name=name)
        Member.objects.create(workspace=workspace, user=user, role=role)
        scopes = [scope for scope in SCOPES if scope in ROLE_ACTIONS[role]]
        return services.create_api_key(Principal(user), workspace, "k", scopes)[1]

    return make


@pytest.fixture
def ann(token_of: Any) -> str:
    return str(token_of(name="Ann"))


@pytest.fixture
def bob(token_of: Any) -> str:
    return str(token_of(name="Bob"))
