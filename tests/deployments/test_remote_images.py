"""No request that a stranger asks for reaches this machine or its network."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.errors import BadInput, TooLarge, Unusable
from deployments import remote_images
from deployments.remote_images import fetch, is_public
from tests.deployments.conftest import serve

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "::ffff:169.254.169.254",
        "fec0::1",
        "2001:0:7f00:1::",
        "fd00:ec2::254",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_addresses_that_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://127.1/a.png",
        "http://2130706433/a.png",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:169.254.169.254]/latest/meta-data/",
        "http://[fe80::1%25eth0]/",
        "http://１２７.0.0.1/",
        "http://localhost./",
        "http://2852039166/latest/meta-data/",
        "http://:secret@example.com/",
        "http://8.8.8.8:25/",
        "https://8.8.8.8:22/a.png",
        "HTTP://127.0.0.1/",
        "//127.0.0.1/a.png",
        "http://localhost:8000/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.1.2.3:9000/",
        "http://user:secret@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http:///a.png",
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "gopher://127.0.0.1:6379/_",
        "data:image/png;base64,AAAA",
        "http://exa mple.com/",
        "http://example.com/\r\nX: y",
        "not a url",
        "",
        "http://" + "a" * 3000,
    ],
)
def test_what_is_no_public_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connected(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", connected)
    with pytest.raises((BadInput, Unusable)) as caught:
        fetch(url)
    if isinstance(caught.value, BadInput):
        assert caught.value.errors[0].field == "image.url"


def test_one_private_address_among_public_ones_is_enough(resolving: Any) -> None:
    resolving({"mixed.example": [PUBLIC, "10.0.0.1"]})
    with pytest.raises(BadInput):
        fetch("http://mixed.example/")


def test_a_public_address_of_this_machine_itself_is_refused(
    resolving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_images, "own_addresses", lambda: {PUBLIC})
    resolving({"here.example": [PUBLIC], "mapped.example": [f"::ffff:{PUBLIC}"]})
    for host in ("here.example", "mapped.example"):
        with pytest.raises(BadInput, match="this machine itself"):
            fetch(f"http://{host}/")


def test_this_machine_knows_its_own_addresses() -> None:
    assert "127.0.0.1" in remote_images.own_addresses()


def test_a_name_that_takes_long_to_find_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(remote_images, "SECONDS", 0.2)
    monkeypatch.setattr(remote_images.socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    began = time.monotonic()
    with pytest.raises(Unusable, match="not found within"):
        fetch("http://slow.example/")
    assert time.monotonic() - began < 2
    over.set()


@pytest.fixture
def resolving(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, list[str]]], None]:
    """`resolving({name: addresses})` is the whole DNS."""

    real = socket.getaddrinfo

    def use(names: dict[str, list[str]]) -> None:
        def lookup(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
            if host[0].isdigit() or ":" in host:
                return real(host, port, *rest, **more)
            if host not in names:
                raise socket.gaierror(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port)) for found in names[host]]

        monkeypatch.setattr(remote_images.socket, "getaddrinfo", lookup)

    return use


class Site:
    """A web site at `photos.example`, whose public address happens to be loopback in this test."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, Any, dict[str, str]]] = {}
        self.asked: list[str] = []
        self.port = 0

    def handle(self, method: str, path: str, body: bytes) -> tuple[int, Any, dict[str, str]]:
        self.asked.append(path)
        return self.pages.get(path, (404, b"", {}))

    def url(self, path: str) -> str:
        return f"http://photos.example:{self.port}{path}"


@pytest.fixture
def site(resolving: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Only the address of the site counts as public, so that every other rule stays in force."""
    site = Site()
    server, url = serve(site.handle)
    site.port = int(url.rpartition(":")[2])
    real = remote_images.is_public
    monkeypatch.setattr(remote_images, "is_public", lambda a: str(a) == "127.0.0.1" or real(a))
    monkeypatch.setattr(remote_images, "own_addresses", set)
    resolve = {"photos.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}
    resolving(resolve)
    yield site
    server.shutdown()
    server.server_close()


def test_an_image_is_fetched(site: Site) -> None:
    site.pages["/a.png?size=3"] = (200, b"image", {"Content-Type": "image/png"})
    assert fetch(site.url("/a.png?size=3")) == b"image"


def test_the_name_is_looked_up_once_and_that_address_is_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers public first and private then (rebinding) gets no second question."""
    site.pages["/"] = (200, b"image", {})
    lookups: list[str] = []
    real = socket.getaddrinfo

    def counted(host: str, *rest: Any, **more: Any) -> Any:
        lookups.append(host)
        return real(host, *rest, **more)

    monkeypatch.setattr(remote_images.socket, "getaddrinfo", counted)
    fetch(site.url("/"))
    assert lookups.count("photos.example") == 1


def test_redirects_are_followed_within_bounds(site: Site) -> None:
    site.pages["/a"] = (302, b"", {"Location": "/b"})
    site.pages["/b"] = (307, b"", {"Location": site.url("/c")})
    site.pages["/c"] = (200, b"image", {})
    assert fetch(site.url("/a")) == b"image"
    site.pages["/loop"] = (302, b"", {"Location": "/loop"})
    with pytest.raises(Unusable, match="redirects"):
        fetch(site.url("/loop"))


@pytest.mark.parametrize(
    "target",
    [
        "http://inside.example/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "//10.0.0.1/a.png",
        "http://photos.example:22/",
        "http://user:secret@photos.example/",
        "gopher://photos.example/_x",
        "http://[::ffff:10.0.0.1]/",
    ],
)
def test_a_redirect_to_the_inside_is_refused(site: Site, target: str) -> None:
    site.pages["/a"] = (302, b"", {"Location": target})
    with pytest.raises(BadInput):
        fetch(site.url("/a"))


@pytest.mark.parametrize("target", ["http://[", "http://[::1", "//[photos.example]/"])
def test_a_redirect_to_what_is_no_url_is_refused(site: Site, target: str) -> None:
    site.pages["/a"] = (302, b"", {"Location": target})
    with pytest.raises(BadInput, match="not a URL"):
        fetch(site.url("/a"))


def test_what_the_other_side_does_not_have(site: Site) -> None:
    with pytest.raises(Unusable, match="404"):
        fetch(site.url("/missing.png"))
    with pytest.raises(Unusable, match="not known"):
        fetch("http://nowhere.example/")


def test_too_large_an_answer_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_images, "MOST_BYTES", 100)
    site.pages["/big"] = (200, b"x" * 101, {})
    with pytest.raises(TooLarge):
        fetch(site.url("/big"))


def test_a_length_of_thousands_of_digits_is_too_large(
    resolving: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_images, "is_public", lambda address: True)
    monkeypatch.setattr(remote_images, "own_addresses", set)
    resolving({"odd.example": ["127.0.0.1"]})
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(TooLarge):
            fetch(f"http://odd.example:{listener.getsockname()[1]}/")


@pytest.mark.parametrize(
    "beginning", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_a_side_that_drips_is_given_up(
    resolving: Any, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(remote_images, "SECONDS", 0.6)
    monkeypatch.setattr(remote_images, "is_public", lambda address: True)
    monkeypatch.setattr(remote_images, "own_addresses", set)
    resolving({"drip.example": ["127.0.0.1"]})
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(beginning)
            try:
                for _ in range(100):
                    connection.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                return

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(Unusable):
        fetch(f"http://drip.example:{listener.getsockname()[1]}/")
    assert time.monotonic() - began < 2
    listener.close()
