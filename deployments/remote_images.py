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
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urljoin, urlsplit

import psutil

from core.errors import BadInput, FieldError, TooLarge, Unusable

MOST_BYTES = 32 << 20
MOST_REDIRECTS = 3
SECONDS = 15.0
CONNECT_SECONDS = 4.0
CHUNK = 1 << 16
LONGEST_URL = 2048
# Below this, only the web's own two: nobody is to speak HTTP to mail servers and the like through us.
FIRST_FREE_PORT = 1024
WEB_PORTS = (80, 443)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# The system's resolver knows no deadline: those who wait for it do, and a slow one holds these threads only.
_lookups = ThreadPoolExecutor(8, thread_name_prefix="lookup")


class _Refused(Exception):
    """Why a URL is not followed."""


def fetch(url: str, field: str = "image.url") -> bytes:
    """The body behind an http(s) URL.

    Raises BadInput naming `field` for a URL that is malformed or leads to a private address, Unusable when
    the other side does not give an image in time, TooLarge.
    """
    deadline = time.monotonic() + SECONDS
    try:
        for _ in range(MOST_REDIRECTS + 1):
            target = _parsed(url)
            answer = _get(target, _public_address(target, deadline), deadline)
            if isinstance(answer, bytes):
                return answer
            url = _joined(url, answer)
    except _Refused as refused:
        raise BadInput(f"{field}: {refused}", [FieldError(field, str(refused))]) from None
    raise Unusable(f"The address redirects more than {MOST_REDIRECTS} times.")


def _joined(url: str, location: str) -> str:
    """Where a redirect leads to."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise _Refused("redirects to what is not a URL") from None


def _parsed(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or any(character.isspace() or ord(character) < 32 for character in url):
        raise _Refused("is not a URL")
    try:
        target = urlsplit(url)
        port = target.port
    except ValueError:
        raise _Refused("is not a URL") from None
    if target.scheme not in ("http", "https"):
        raise _Refused("must begin with http:// or https://")
    if not target.hostname or port == 0 or target.username is not None or target.password is not None:
        raise _Refused("must name a host, and no user or password")
    if _port(target) < FIRST_FREE_PORT and _port(target) not in WEB_PORTS:
        raise _Refused(f"must have port 80, 443, or one from {FIRST_FREE_PORT}")
    return target


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _public_address(target: SplitResult, deadline: float) -> str:
    """The first address of the host, once all of them are known to be public and none to be our own."""
    host = target.hostname or ""
    lookup = _lookups.submit(socket.getaddrinfo, host, _port(target), type=socket.SOCK_STREAM)
    try:
        found = lookup.result(_left(deadline))
    except TimeoutError:
        lookup.cancel()
        raise Unusable(f"The host {host} was not found within {SECONDS:g} s.") from None
    except (OSError, UnicodeError):
        raise Unusable(f"The host {host} is not known.") from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise _Refused("leads to an address that is not public")
    if not own_addresses().isdisjoint(str(_reached(address)) for address in addresses):
        raise _Refused("leads to this machine itself")
    return str(addresses[0])


def own_addresses() -> set[str]:
    """The addresses of this machine's network cards: a public one of them leads to what listens here too."""
    cards = psutil.net_if_addrs().values()
    return {entry.address.partition("%")[0] for entries in cards for entry in entries}


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach the address; IPv4 inside IPv6 counts as what it is."""
    reached = _reached(address)
    if isinstance(reached, ipaddress.IPv6Address) and reached.is_site_local:
        return False
    return reached.is_global and not reached.is_multicast and not reached.is_reserved


def _reached(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


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
    declared = _length(response)
    if declared is not None and declared > MOST_BYTES:
        raise TooLarge(f"The image has more than {MOST_BYTES >> 20} MB.")
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge(f"The image has more than {MOST_BYTES >> 20} MB.")
    _left(deadline)
    if declared is not None and len(body) < declared:
        raise Unusable(f"The connection broke off after {len(body)} of {declared} bytes.")
    return bytes(body)


def _length(response: http.client.HTTPResponse) -> int | None:
    """The bytes that the answer says it has."""
    declared = response.getheader("Content-Length") or ""
    # Python reads no number of thousands of digits, and fewer are too large already.
    return int(declared[:20]) if declared.isdecimal() else None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unusable(f"The image did not arrive within {SECONDS:g} s.")
    return left
