"""Slow clients cost no thread, long bodies and answers no memory."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

import httpx
import pytest

from core.errors import Unauthenticated
from core.http import bridge, spool
from core.http.bridge import Bridge
from tests.core.serving import raw, served

UPLOAD = "POST /hash HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegun"
LONG = 30 << 20


async def anybody(scope: Any) -> None:
    """Everybody may send as much as they like."""


class Site:
    """`/hash` reads its body, `/long` answers LONG bytes, `/broken` breaks off; notes what was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.handed_out = 0
        self.lengths: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/long":
            start("200 OK", [("Content-Length", str(LONG))])
            return self.pieces()
        if environ["PATH_INFO"] == "/broken":
            start("200 OK", [("Content-Length", str(LONG))])
            return self.broken()
        self.lengths.append(environ["CONTENT_LENGTH"])
        digest, size = hashlib.sha256(), 0
        while block := environ["wsgi.input"].read(1 << 16):
            digest.update(block)
            size += len(block)
        answer = json.dumps({"size": size, "sha256": digest.hexdigest()}).encode()
        start("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    def pieces(self) -> Any:
        try:
            for _ in range(LONG >> 16):
                self.handed_out += 1 << 16
                yield bytes(1 << 16)
        finally:
            self.closed.set()

    def broken(self) -> Any:
        yield bytes(1 << 20)
        raise OSError("the disk went away")


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def port(site):
    with served(Bridge(site, workers=2, admit=anybody)) as found:
        yield found


def answers(port: int) -> bool:
    return httpx.post(f"http://127.0.0.1:{port}/hash", content=b"quick", timeout=5).status_code == 200


def test_bodies_arrive_whole_small_or_large_counted_or_in_chunks(port, site):
    for size in (0, 5, spool.IN_MEMORY - 1, spool.IN_MEMORY, spool.IN_MEMORY + 1, 5 * spool.IN_MEMORY + 7):
        content = os.urandom(size)
        expected = {"size": size, "sha256": hashlib.sha256(content).hexdigest()}
        url = f"http://127.0.0.1:{port}/hash"
        assert httpx.post(url, content=content, timeout=20).json() == expected
        assert httpx.post(url, content=iter([content]), timeout=20).json() == expected
        assert site.lengths[-2:] == [str(size or "")] * 2


def test_requests_that_never_end_hold_no_thread(port):
    held = [raw(port, UPLOAD) for _ in range(8)]
    time.sleep(0.3)
    assert answers(port)
    for connection in held:
        connection.close()
    assert answers(port)


def test_answers_that_nobody_reads_hold_no_thread_and_end_with_the_client(port, site):
    held = [raw(port, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(8)]
    time.sleep(0.5)
    assert answers(port)
    assert site.handed_out < 8 * LONG / 4
    assert not site.closed.is_set()
    for connection in held:
        connection.close()
    assert site.closed.wait(5)


def test_long_answers_arrive_whole(port, site):
    answer = httpx.get(f"http://127.0.0.1:{port}/long", timeout=30)
    assert answer.content == bytes(LONG)
    assert site.closed.wait(5)


def test_an_answer_that_breaks_off_is_seen_to_be_short(port):
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://127.0.0.1:{port}/broken", timeout=10)
    assert answers(port)


def test_who_sends_nothing_for_long_is_answered_408(port, monkeypatch):
    monkeypatch.setattr(spool, "IDLE_SECONDS", 0.3)
    connection = raw(port, UPLOAD)
    answer = connection.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 408 ")
    assert "application/problem+json" in answer
    assert json.loads(answer.partition("\r\n\r\n")[2])["type"] == "urn:tessera:problem:timed-out"
    assert connection.recv(1) == b""


def test_who_takes_nothing_for_long_is_given_up(port, site, monkeypatch):
    monkeypatch.setattr(bridge, "STALLED_SECONDS", 0.3)
    connection = raw(port, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
    assert site.closed.wait(5)
    connection.close()


def test_strangers_may_send_little_only(site):
    async def nobody(scope: Any) -> None:
        raise Unauthenticated()

    with served(Bridge(site, workers=1, admit=nobody)) as port:
        assert answers(port)
        much = httpx.post(f"http://127.0.0.1:{port}/hash", content=bytes(spool.IN_MEMORY * 2), timeout=20)
        assert much.status_code == 401


def test_headers_reach_the_application_as_the_standard_says():
    scope = {
        "method": "GET",
        "path": "/ü",
        "query_string": b"q=\xc3\xbc",
        "http_version": "1.1",
        "headers": [
            (b"cookie", b"a=1"),
            (b"cookie", b"b=2"),
            (b"x_forwarded_for", b"forged"),
            (b"content-type", b"text/plain"),
        ],
    }
    found = bridge.environ(scope, None, 0)
    assert found["PATH_INFO"].encode("latin-1").decode() == "/ü"
    assert found["QUERY_STRING"].encode("latin-1") == b"q=\xc3\xbc"
    assert found["HTTP_COOKIE"] == "a=1; b=2"
    assert found["CONTENT_TYPE"] == "text/plain"
    assert "HTTP_X_FORWARDED_FOR" not in found


_MEMORY = """
import resource, sys
sys.path[:0] = [".", "platform"]
import django; from django.conf import settings; settings.configure()
import httpx
from tests.core.serving import served
from tests.core.test_bridge import Bridge, Site, anybody
import tests.core.test_bridge as t
t.LONG = 200 << 20
with served(Bridge(Site(), workers=2, admit=anybody)) as port:
    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    url = f"http://127.0.0.1:{port}"
    httpx.post(url + "/hash", content=b"x")
    before = peak()
    body = (bytes(1 << 16) for _ in range(200 << 4))
    sent = httpx.post(url + "/hash", content=body, timeout=60).json()["size"]
    with httpx.stream("GET", url + "/long", timeout=60) as answer:
        taken = sum(len(block) for block in answer.iter_bytes(1 << 16))
    print(sent >> 20, taken >> 20, peak() - before)
"""


def test_memory_stays_flat():
    done = subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    sent, taken, grown = map(int, done.stdout.split())
    assert (sent, taken) == (200, 200)
    assert grown < 40 * 1024, f"{grown} KB more for 200 MB"
