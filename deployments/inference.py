"""The inference server as the web and the workers see it: HTTP over a pool of kept connections."""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from django.conf import settings

from core.errors import Unavailable, Unusable
from core.http import hangup

CONNECTIONS = 64
JSON_LENGTH = "Inference-Header-Content-Length"
CONTROL_TIMEOUT = urllib3.Timeout(connect=1.0, read=3.0)
PREDICT_TIMEOUT = urllib3.Timeout(connect=2.0, read=120.0)


@dataclass(frozen=True)
class Answer:
    """What the server said, untouched."""

    status: int
    content_type: str
    body: bytes
    retry_after: str | None = None
    # Where an answer of the Open Inference Protocol goes on in binary behind its JSON: the JSON's length.
    json_length: str | None = None


class _Connection(urllib3.connection.HTTPConnection):
    """A kept connection that is broken off when the client for whom it waits goes away: the server sees that
    and computes nothing more for it.
    """

    _owners = threading.Lock()
    _owner: hangup.Hangup | None = None

    def request(self, *arguments: Any, **options: Any) -> None:
        owner = hangup.current()
        if owner is not None and owner.happened:
            raise urllib3.exceptions.HTTPError("The client went away.")
        with self._owners:
            self._owner = owner
        super().request(*arguments, **options)
        if owner is not None:
            owner.then(lambda: self._break_off(owner))

    def _break_off(self, owner: hangup.Hangup) -> None:
        with self._owners:
            # By now it may serve somebody else.
            if self._owner is owner and self.sock is not None:
                with suppress(OSError):
                    self.sock.shutdown(socket.SHUT_RDWR)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    """For answers that nobody but the client wants."""
    pool = _plain()
    pool.pool_classes_by_scheme = {"http": _Pool, "https": urllib3.HTTPSConnectionPool}
    return pool


@lru_cache(maxsize=1)
def _control_pool() -> urllib3.PoolManager:
    """For what has to happen whether the client waits for it or not."""
    return _plain()


def _plain() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=CONNECTIONS, block=False, retries=False)


def states() -> list[dict[str, Any]]:
    """Every model the server holds; raises Unavailable."""
    return list(json.loads(_control("GET", "/models").body)["models"])


def state(model: uuid.UUID) -> dict[str, Any] | None:
    """One model, None where the server does not hold it; raises Unavailable."""
    answer = _request("GET", f"/models/{model}", timeout=CONTROL_TIMEOUT)
    if answer.status == 404:
        return None
    return dict(json.loads(_checked(answer).body))


def put(model: uuid.UUID | str, specification: dict[str, Any]) -> dict[str, Any]:
    """Have the server hold this version of the model; asking again for the same does nothing.

    Raises Unusable when it cannot be held at all, Unavailable when nobody answers.
    """
    return dict(json.loads(_control("PUT", f"/models/{model}", specification).body))


def delete(model: uuid.UUID | str) -> None:
    """Have the server forget the model; one it does not hold is no error."""
    answer = _request("DELETE", f"/models/{model}", timeout=CONTROL_TIMEOUT)
    if answer.status != 404:
        _checked(answer)


def minutes(since: float) -> dict[str, Any]:
    """`{"server", "minutes"}`: what was counted in the minutes that ended after `since` (Unix time); raises
    Unavailable.
    """
    return dict(json.loads(_control("GET", f"/minutes?since={since:.0f}").body))


def log(model: uuid.UUID, after: int) -> dict[str, Any] | None:
    """`{"server", "lines"}` after the n-th line, None where the server does not hold the model; raises
    Unavailable.
    """
    answer = _request("GET", f"/models/{model}/log?after={after}", timeout=CONTROL_TIMEOUT)
    if answer.status == 404:
        return None
    return dict(json.loads(_checked(answer).body))


def predict(model: uuid.UUID, image: bytes, query: list[tuple[str, str]], accept: str = "") -> Answer:
    """The server's whole answer to one image; raises Unavailable when there is none."""
    path = f"/models/{model}/predict"
    if query:
        path += f"?{urlencode(query)}"
    headers = {"Content-Type": "application/octet-stream", **({"Accept": accept} if accept else {})}
    return _request("POST", path, body=image, headers=headers, timeout=PREDICT_TIMEOUT)


def protocol(
    method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """The server's answer to a request of the Open Inference Protocol; raises Unavailable."""
    return _request(method, f"/v2/{path}", body=body, headers=headers, timeout=PREDICT_TIMEOUT)


def assist(method: str, path: str, body: bytes | None = None) -> Answer:
    """The server's answer to a request of the smart tool; raises Unavailable."""
    headers = {"Content-Type": "application/octet-stream"}
    return _request(method, path, body=body, headers=headers, timeout=PREDICT_TIMEOUT)


def quoted(text: str) -> str:
    """Text as a value in a query."""
    return quote(text, safe="")


def _control(method: str, path: str, payload: dict[str, Any] | None = None) -> Answer:
    body = None if payload is None else json.dumps(payload).encode()
    return _checked(_request(method, path, body=body, timeout=CONTROL_TIMEOUT))


def _checked(answer: Answer) -> Answer:
    if answer.status < 400:
        return answer
    text = answer.body.decode("utf-8", "replace")[:500]
    if answer.status in (400, 422):
        raise Unusable(f"The inference server cannot do this: {text}")
    raise Unavailable(f"The inference server refused ({answer.status}): {text}")


def _request(
    method: str,
    path: str,
    *,
    timeout: urllib3.Timeout,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    sent = {"Content-Type": "application/json", **(headers or {})}
    if settings.TESSERA_INFERENCE_TOKEN:
        sent["Authorization"] = f"Bearer {settings.TESSERA_INFERENCE_TOKEN}"
    url = settings.TESSERA_INFERENCE_URL.rstrip("/") + path
    try:
        pool = _pool() if timeout is PREDICT_TIMEOUT else _control_pool()
        response = pool.request(method, url, body=body, headers=sent, timeout=timeout)
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable(
            "The inference server does not answer; it may be starting. Try again in a moment."
        ) from error
    return Answer(
        status=response.status,
        content_type=response.headers.get("Content-Type", "application/json"),
        body=response.data,
        retry_after=response.headers.get("Retry-After"),
        json_length=response.headers.get(JSON_LENGTH),
    )
