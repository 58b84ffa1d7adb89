"""Fetching an image from a URL that a stranger chose, without becoming their way into our network.

Names are resolved once, every address they stand for must be public, and the connection goes to the very
address that was checked; redirects go through the same door.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3

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
    headers = {"Host": target.netloc, "User-Agent": "Tessera", "Accept": "image/*"}
    with _connection(target, address) as pool:
        try:
            response = pool.urlopen(
                "GET",
                path,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=_left(deadline)),
            )
            with response:
                return _read(response, deadline)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unusable(f"{target.hostname} did not give the image: {type(error).__name__}.") from error


def _connection(target: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(address, _port(target), maxsize=1)
    host = target.hostname
    return urllib3.HTTPSConnectionPool(
        address,
        _port(target),
        maxsize=1,
        server_hostname=host,
        assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
    )


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes | str:
    location = response.headers.get("Location")
    if response.status in (301, 302, 303, 307, 308) and location:
        return location
    if response.status != 200:
        raise Unusable(f"The address answered {response.status} instead of an image.")
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        raise TooLarge(f"The image has more than {MOST_BYTES >> 20} MB.")
    body = bytearray()
    # Not `stream`: a server that drips a byte a second would keep it waiting for a whole chunk.
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge(f"The image has more than {MOST_BYTES >> 20} MB.")
        _left(deadline)
    return bytes(body)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unusable(f"The image did not arrive within {SECONDS:g} s.")
    return left


def _refused(message: str) -> BadInput:
    return BadInput(f"{FIELD}: {message}", [FieldError(FIELD, message)])
