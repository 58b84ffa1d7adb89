"""The socket of a run: first what was missed, then what happens, nothing lost and nothing twice."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.db import connection, transaction

from accounts.sockets import PrincipalMiddleware
from core import events
from training.models import Run, RunMetric
from training.routing import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)


def application() -> Any:
    return PrincipalMiddleware(URLRouter(websocket_urlpatterns))


def socket(path: str, *headers: tuple[bytes, bytes]) -> WebsocketCommunicator:
    return WebsocketCommunicator(application(), path, headers=[(b"host", b"testserver"), *headers])


@pytest.fixture
def bearer(owner: Any, workspace: Any) -> tuple[bytes, bytes]:
    from accounts.principals import Principal
    from accounts.services import create_api_key

    _, token = create_api_key(Principal(owner), workspace, "socket", ["read"])
    return b"authorization", f"Bearer {token}".encode()


def ingest(run: Run, first: int, last: int, pause: float = 0.0) -> None:
    """Steps first…last as the worker writes them: row and events in one transaction, logs in between."""
    from django.utils import timezone

    for step in range(first, last + 1):
        with transaction.atomic():
            RunMetric.objects.create(run=run, step=step, epoch=0, values={"a": step}, time=timezone.now())
            events.emit_many(
                f"run:{run.pk}",
                [
                    ("log", {"n": step, "line": f"line {step}"}, None),
                    ("metrics", {"step": step, "epoch": 0.0, "values": {"a": step}, "time": "t"}, step),
                ],
            )
        time.sleep(pause)


async def receive(client: WebsocketCommunicator, kind: str, until: int) -> list[int]:
    """The steps or line numbers of one kind of message, up to and including `until`."""
    key = {"metrics": "step", "log": "n"}[kind]
    seen: list[int] = []
    while not seen or seen[-1] != until:
        message = await client.receive_json_from(timeout=20)
        if message["type"] == kind:
            seen.append(message[key])
    return seen


async def test_what_was_missed_is_replayed(make_run: Any, bearer: Any) -> None:
    run = await sync_to_async(make_run)()
    await sync_to_async(ingest)(run, 1, 30)
    client = socket(f"/ws/runs/{run.pk}", bearer)
    assert (await client.connect())[0]
    assert await receive(client, "metrics", 30) == list(range(1, 31))
    await client.disconnect()


async def test_after_a_step_only_what_is_behind_it_comes(make_run: Any, bearer: Any) -> None:
    run = await sync_to_async(make_run)()
    await sync_to_async(ingest)(run, 1, 30)
    client = socket(f"/ws/runs/{run.pk}?after=20", bearer)
    await client.connect()
    first = await client.receive_json_from(timeout=5)
    assert first == {"type": "log", "n": 21, "line": "line 21"}
    second = await client.receive_json_from(timeout=5)
    assert second == {"type": "metrics", "step": 21, "epoch": 0.0, "values": {"a": 21}, "time": "t"}
    assert await receive(client, "metrics", 30) == list(range(22, 31))
    await client.disconnect()


async def test_nothing_is_lost_and_nothing_twice_while_the_worker_writes(make_run: Any, bearer: Any) -> None:
    run = await sync_to_async(make_run)()
    last = 240

    def work() -> None:
        try:
            ingest(run, 1, last, pause=0.004)
        finally:
            connection.close()

    writer = threading.Thread(target=work)
    writer.start()
    collected: list[tuple[int, list[int]]] = []

    async def watch(delay: float, reload_at: int | None) -> None:
        await asyncio.sleep(delay)
        after = 0
        if reload_at:
            client = socket(f"/ws/runs/{run.pk}", bearer)
            await client.connect()
            seen = await receive(client, "metrics", reload_at)
            await client.disconnect()
            assert seen == list(range(1, reload_at + 1))
            after = reload_at
        client = socket(f"/ws/runs/{run.pk}?after={after}" if after else f"/ws/runs/{run.pk}", bearer)
        await client.connect()
        collected.append((after, await receive(client, "metrics", last)))
        await client.disconnect()

    await asyncio.gather(watch(0, None), watch(0.3, None), watch(0, 40), watch(0.1, 90))
    await sync_to_async(writer.join)()
    assert len(collected) == 4
    for after, seen in collected:
        assert seen == list(range(after + 1, last + 1))


async def test_a_session_cookie_of_our_own_page_opens_it(make_run: Any, owner: Any, client: Any) -> None:
    run = await sync_to_async(make_run)()
    await sync_to_async(client.force_login)(owner)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()).encode()
    ours = socket(f"/ws/runs/{run.pk}", (b"cookie", cookie), (b"origin", b"http://testserver"))
    assert (await ours.connect())[0]
    assert await ours.receive_nothing(0.3)
    await ours.disconnect()
    theirs = socket(f"/ws/runs/{run.pk}", (b"cookie", cookie), (b"origin", b"http://evil.example"))
    assert await closed_with(theirs) == 4401


async def closed_with(client: WebsocketCommunicator) -> int:
    assert (await client.connect())[0]
    return int((await client.receive_output(timeout=5))["code"])


async def test_refusals_are_close_codes(make_run: Any, bearer: Any, other_bearer: Any) -> None:
    run = await sync_to_async(make_run)()
    assert await closed_with(socket(f"/ws/runs/{run.pk}")) == 4401
    assert await closed_with(socket(f"/ws/runs/{run.pk}", (b"authorization", b"Bearer nonsense"))) == 4401
    assert await closed_with(socket(f"/ws/runs/{run.pk}", other_bearer)) == 4404
    assert await closed_with(socket(f"/ws/runs/{uuid.uuid4()}", bearer)) == 4404
    assert await closed_with(socket(f"/ws/runs/{run.pk}?after=x", bearer)) == 4400


@pytest.fixture
def other_bearer(db: None) -> tuple[bytes, bytes]:
    from accounts.models import User
    from accounts.principals import Principal
    from accounts.services import create_api_key, create_workspace

    stranger = Principal(User.objects.create_user("else@example.com", "correct horse"))
    _, token = create_api_key(stranger, create_workspace(stranger, "Elsewhere"), "socket", ["read"])
    return b"authorization", f"Bearer {token}".encode()
