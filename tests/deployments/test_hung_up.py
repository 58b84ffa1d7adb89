"""A prediction that its client no longer waits for is broken off towards the inference server."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import Unavailable
from core.http.hangup import Hangup
from deployments import inference


class Server:
    """Answers what asks for `/models/…/log`; holds predictions and notes when their connection ends."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.asked = threading.Semaphore(0)
        self.ended = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line: socket.socket) -> None:
        with line:
            while data := line.recv(65536):
                if b"/log" in data:
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                elif data.startswith(b"POST "):
                    # Head and body may come one by one.
                    self.asked.release()
            self.ended.set()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    made = Server()
    settings.TESSERA_INFERENCE_URL = f"http://127.0.0.1:{made.port}"
    yield made
    made.listening.close()


def test_it_is_broken_off_and_nothing_more_is_asked(server: Server) -> None:
    client, outcome = Hangup(), []

    def view() -> None:
        for _ in range(2):
            try:
                inference.predict(uuid.uuid4(), b"image", [])
            except Unavailable as error:
                outcome.append(error)

    thread = threading.Thread(target=client.run, args=(view,))
    thread.start()
    assert server.asked.acquire(timeout=5)
    client.happen()
    thread.join(5)
    assert len(outcome) == 2 and server.ended.wait(5)
    assert not server.asked.acquire(timeout=0.2)


def test_other_questions_are_asked_to_their_end(server: Server) -> None:
    client = Hangup()
    client.happen()
    assert client.run(inference.log, uuid.uuid4(), 0) == {}
