"""The project's socket: who may listen, and that nothing after `ready` is missed."""

import asyncio
import uuid

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from accounts import consumers, services
from accounts.models import ApiKey, Member
from accounts.principals import Principal
from accounts.sockets import PrincipalMiddleware
from core import events
from projects.routing import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)
application = PrincipalMiddleware(URLRouter(websocket_urlpatterns))


@pytest.fixture
def token(owner, workspace):
    return services.create_api_key(Principal(owner), workspace, "k", ["read"])[1]


def socket(project_id, token=None):
    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    return WebsocketCommunicator(application, f"/ws/projects/{project_id}", headers)


async def test_listener_hears_what_happens_after_ready(project, token):
    listener = socket(project.pk, token)
    assert (await listener.connect())[0]
    assert await listener.receive_json_from() == {"type": "ready"}
    await sync_to_async(events.emit)(f"project:{project.pk}", "job", {"job": {"id": "1"}})
    assert await listener.receive_json_from(timeout=5) == {"type": "job", "job": {"id": "1"}}
    await listener.disconnect()


@pytest.mark.parametrize(("known", "code"), [(False, 4401), (True, 4404)])
async def test_strangers_are_turned_away(project, token, known, code):
    listener = socket(uuid.uuid4() if known else project.pk, token if known else None)
    await listener.connect()
    message = await listener.receive_output()
    assert (message["type"], message["code"]) == ("websocket.close", code)


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(consumers, "ASK_AGAIN_SECONDS", 0.1)


async def closed(listener):
    message = await listener.receive_output(timeout=5)
    assert message["type"] == "websocket.close"
    await listener.wait()
    return message["code"]


async def heard(listener):
    assert (await listener.connect())[0]
    assert await listener.receive_json_from(timeout=5) == {"type": "ready"}
    # Asked several times over meanwhile.
    assert await listener.receive_nothing(0.5)


async def test_a_revoked_key_ends_its_sockets(project, token, often):
    listener = socket(project.pk, token)
    await heard(listener)
    await ApiKey.objects.aupdate(revoked_at=timezone.now())
    assert await closed(listener) == 4401


async def test_a_lost_membership_ends_its_sockets(project, token, often):
    listener = socket(project.pk, token)
    await heard(listener)
    await Member.objects.all().adelete()
    assert await closed(listener) == 4404


async def test_signing_out_ends_the_sockets_of_the_session(project, owner, client, often):
    await sync_to_async(client.force_login)(owner)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()).encode()
    headers = [(b"cookie", cookie), (b"host", b"testserver")]
    listener = WebsocketCommunicator(application, f"/ws/projects/{project.pk}", headers)
    await heard(listener)
    await sync_to_async(client.logout)()
    assert await closed(listener) == 4401


async def test_who_does_not_read_is_closed(project, token, monkeypatch):
    monkeypatch.setattr(consumers, "SLOW_SECONDS", 0.2)
    sends = consumers.FeedConsumer.send_json

    async def stuck(self, content, close=False):
        await (sends(self, content) if content["type"] == "ready" else asyncio.sleep(60))

    monkeypatch.setattr(consumers.FeedConsumer, "send_json", stuck)
    listener = socket(project.pk, token)
    assert (await listener.connect())[0]
    assert await listener.receive_json_from(timeout=5) == {"type": "ready"}
    await sync_to_async(events.emit)(f"project:{project.pk}", "job", {"job": {"id": "1"}})
    assert await closed(listener) == 1013
