"""Twenty people in one image, with connections that break: nothing is lost, nothing is twice, all agree."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from asgiref.sync import sync_to_async

from annotations.models import AnnotationRevision
from annotations.selectors import annotations_of, as_dict, news_of
from tests.annotations.session.crowd import HEIGHT, WIDTH, check, crowd, figures, percentile

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 20
SECONDS = 10.0


@contextlib.contextmanager
def served() -> Iterator[int]:
    """The port of a uvicorn that has the sockets of images, in a thread."""
    from channels.routing import URLRouter

    from accounts.sockets import PrincipalMiddleware
    from annotations.routing import websocket_urlpatterns

    application = PrincipalMiddleware(URLRouter(websocket_urlpatterns))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, loop="uvloop", lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()


async def test_twenty_people_and_bad_connections(asset, classes, token_of):
    await type(asset).objects.filter(pk=asset.pk).aupdate(width=WIDTH, height=HEIGHT)
    tokens = [await sync_to_async(token_of)(name=f"P{n}") for n in range(PEOPLE)]
    with served() as port:
        url = f"ws://127.0.0.1:{port}/ws/assets/{asset.pk}"
        tally, screens = await asyncio.wait_for(
            crowd(url, tokens, classes["cat"], SECONDS, breaks=3.0, pace=2.0), SECONDS + 120
        )
    shapes, history = await sync_to_async(state)(asset)
    print(figures(tally))
    check(tally, screens, shapes, history)
    assert len(tally.sent) > PEOPLE
    assert tally.broken > PEOPLE
    # Far from what is measured, on a machine that does everything else at once.
    assert percentile(tally.delays, 0.5) < 3


def state(asset):
    rows = AnnotationRevision.objects.filter(asset=asset).select_related("actor").order_by("revision")
    return [as_dict(shape) for shape in annotations_of(asset)], [news_of(row) for row in rows]
