"""A connection that closes in the middle gives its place in the queue back."""

from __future__ import annotations

import socket
import time

from tests.deployments.server.images import jpeg
from tests.deployments.server.process import Server


def test_closed_connections_leave_no_request_behind(server: Server) -> None:
    body = jpeg(900, 600)
    head = f"POST /models/m/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    before = server.state("m")["requests"]
    for sent in (head + body, head + body[:100], head[:20]):
        for _ in range(8):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(sent)
    deadline = time.monotonic() + 60
    while (state := server.state("m"))["requests"] < before + 16 or state["queue"]:
        assert time.monotonic() < deadline, state
        time.sleep(0.05)
    assert server.predict("m", body).status_code == 200
