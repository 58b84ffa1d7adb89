"""Fetching an image from a URL that a stranger chose, without becoming their way into our network.

Names are resolved once, every address they stand for must be public, and the connection goes to the very
address that was checked; redirects go through the same door.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urljoin, urlsplit

from core.errors import BadInput, FieldError, TooLarge, Unusable

FIELD = "image.url"
MOST_BYTES = 32 << 20
MOST_REDIRECTS = 3
SECONDS = 15.0
CONNECT_SECONDS = 4.0
CHUNK = 1 << 16
LONGEST_URL = 2048
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def fetch(url: str) -> bytes:
    """The body behind an http(s) URL.

    Raises BadInput for a URL that is malformed or leads to a private address, Unusable when the other side
    does not give an image in time, TooLarge.
    """
    deadline = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        target = _parsed(url)
        answer = _get(target, _public_address(target), deadline)
        if isinstance(answer, bytes):
            return answer
        url = urljoin(url, answer)
    raise Unusable(f"The address redirects more than {MOST_REDIRECTS} times.")


def _parsed(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or any(character.isspace() or ord(character) < 32 for character in url):
        raise _refused("is not a URL")
    try:
        target = urlsplit(url)
        port = target.port
    except ValueError:
        raise _refused("is not a URL") from None
    if target.scheme not in ("http", "https"):
        raise _refused("must begin with http:// or https://")
    if not target.hostname or port == 0 or target.username is not None or target.password is not None:
        raise _refused("must name a host, and no user or password")
    return target


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _public_address(target: SplitResult) -> str:
    """The first address of the host, once all of them are known to be public."""
    host = target.hostname or ""
    try:
        found = socket.getaddrinfo(host, _port(target), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unusable(f"The host {host} is not known.") from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses or not all(is_public(ipaddress.ip_address(address)) for address in addresses):
        raise _refused("leads to an address that is not public")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach the address; IPv4 inside IPv6 counts as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _get(target: SplitResult, address: str, deadline: float) -> bytes | str:
    """The body, or where it redirects to."""
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    headers = {"Host": target.netloc, "User-Agent": "Tessera", "Accept": "image/*", "Connection": "close"}
    wait = min(CONNECT_SECONDS, _left(deadline))
    try:
        bare = socket.create_connection((address, _port(target)), wait)
        with _secured(bare, target) as link, _ended_at(deadline, link):
            link.settimeout(_left(deadline))
            if isinstance(link, ssl.SSLSocket):
                link.do_handshake()
            connection = http.client.HTTPConnection(address, _port(target))
            connection.sock = link
            connection.request("GET", path, headers=headers)
            with connection.getresponse() as response:
                return _read(response, deadline)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        _left(deadline)
        raise Unusable(f"{target.hostname} did not give the image: {type(error).__name__}.") from error


def _secured(link: socket.socket, target: SplitResult) -> socket.socket:
    if target.scheme == "http":
        return link
    # The handshake comes later, under the deadline; the certificate must be the host's, not the address's.
    context = ssl.create_default_context()
    return context.wrap_socket(link, server_hostname=target.hostname, do_handshake_on_connect=False)


@contextmanager
def _ended_at(deadline: float, link: socket.socket) -> Iterator[None]:
    """Break the connection at the deadline: the time limits of sockets begin anew with every byte."""
    # The base class's method, because the one of TLS sockets is not made to be called from another thread.
    timer = threading.Timer(_left(deadline), _broken, [link])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _broken(link: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(link, socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes | str:
    location = response.getheader("Location")
    if response.status in (301, 302, 303, 307, 308) and location:
        return location
    if response.status != 200:
        raise Unusable(f"The address answered {response.status} instead of an image.")
    declared = response.getheader("Content-Length") or ""
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise TooLarge(f"The image has more than {MOST_BYTES >> 20} MB.")
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge(f"The image has more than {MOST_BYTES >> 20} MB.")
    _left(deadline)
    if declared.isdecimal() and len(body) < int(declared):
        raise Unusable(f"The connection broke off after {len(body)} of {declared} bytes.")
    return bytes(body)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unusable(f"The image did not arrive within {SECONDS:g} s.")
    return left


def _refused(message: str) -> BadInput:
    return BadInput(f"{FIELD}: {message}", [FieldError(FIELD, message)])
