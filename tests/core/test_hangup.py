"""Who waits on a client's behalf hears that it has gone away, and nobody else does."""

from __future__ import annotations

import contextvars
import socket
import threading
from typing import Any

import pytest

from core.http import hangup
from core.http.bridge import Bridge
from core.http.hangup import Hangup
from tests.core.serving import served


class Site:
    """Waits for the client to go away, for a while; `/quick` answers at once."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.heard = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        client = hangup.current()
        assert client is not None and not client.happened
        client.then(self.heard.set)
        self.begun.set()
        if environ["PATH_INFO"] != "/quick":
            self.heard.wait(10)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]


async def anybody(scope: Any) -> None:
    """Everybody may send as much as they like."""


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def port(site):
    with served(Bridge(site, workers=1, admit=anybody)) as found:
        yield found


def test_a_client_that_hangs_up_is_noticed_while_the_view_works(site, port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert site.begun.wait(5)
        assert not site.heard.wait(0.2)
    assert site.heard.wait(5)


def test_a_client_that_stays_is_left_alone(site, port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        for _ in range(2):
            line.sendall(b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"\r\n\r\nok"):  # it may come in pieces
                answer += line.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200")
            assert not site.heard.wait(0.1)


def test_outside_of_a_request_there_is_nobody():
    assert hangup.current() is None


def test_whoever_comes_late_is_broken_off_at_once():
    client, heard = Hangup(), []
    client.then(lambda: heard.append("early"))
    client.happen()
    client.then(lambda: heard.append("late"))
    client.happen()
    assert heard == ["early", "late"]


def test_threads_that_a_view_starts_in_its_context_know_the_client():
    client = Hangup()

    def view() -> Any:
        found: list[Any] = []
        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: found.append(context.run(hangup.current)))
        thread.start()
        thread.join()
        return found[0]

    assert client.run(view) is client
