"""The whole web application behind a real server: clients that dawdle stop nobody."""

from __future__ import annotations

import time

import httpx
import pytest
from django.db import connections

from core.http import spool
from tests.core.serving import raw, served

SIGN_IN = (
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    "Content-Length: 1000\r\n\r\n{"
)


@pytest.fixture
def port(transactional_db, monkeypatch):
    from tessera.asgi import application

    # The threads outlive the test: a connection kept in one would keep the database.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with served(application) as found:
        yield found


def test_dawdling_strangers_stop_nobody(port):
    held = [raw(port, SIGN_IN) for _ in range(40)]
    time.sleep(0.3)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        assert client.get("/api/v1/session").status_code == 200
    for connection in held:
        connection.close()


def test_strangers_cannot_fill_the_disk(port):
    from accounts.models import User
    from accounts.principals import Principal
    from accounts.services import create_api_key, create_workspace

    body = bytes(2 * spool.IN_MEMORY)
    url = f"http://127.0.0.1:{port}/api/v1/session"
    answer = httpx.post(url, content=body, timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    owner = Principal(User.objects.create_user("known@example.com", "correct horse"))
    _, token = create_api_key(owner, create_workspace(owner, "Workshop"), "k", ["read"])
    # Known: heard out, and answered by the view.
    known = httpx.post(url, content=body, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert known.status_code == 415
