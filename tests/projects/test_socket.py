"""The project's socket: who may listen, and that nothing after `ready` is missed."""

import uuid

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from accounts import services
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
