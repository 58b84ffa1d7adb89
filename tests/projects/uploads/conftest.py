"""tus spoken by hand: requests that create go through Django, pieces through the ASGI application."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest

from projects.receiving import receive_piece

TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
PIECES = "application/offset+octet-stream"


def metadata(**pairs: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


class Piece:
    """`PATCH` of an upload, its body arriving in chunks; `dies_after` chunks the client goes away."""

    def __init__(self, url: str, token: str, chunks: list[bytes], offset: int, **headers: str) -> None:
        given = {
            "authorization": token,
            "tus-resumable": "1.0.0",
            "content-type": PIECES,
            "upload-offset": str(offset),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self.scope = {
            "type": "http",
            "method": "PATCH",
            "path": url,
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        self.chunks = list(chunks)
        self.sent: list[dict[str, Any]] = []

    def run(self, dies: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; status 0 where nobody was there to be answered."""

        async def receive() -> dict[str, Any]:
            if not self.chunks:
                return {"type": "http.disconnect"}
            body = self.chunks.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(self.chunks) or dies}

        async def send(message: dict[str, Any]) -> None:
            self.sent.append(message)

        asyncio.run(receive_piece(self.scope, receive, send))
        if not self.sent:
            return 0, {}, b""
        headers = {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}
        return self.sent[0]["status"], headers, self.sent[1]["body"]


@pytest.fixture
def token(owner: Any, workspace: Any) -> str:
    from accounts import services
    from accounts.principals import Principal

    return "Bearer " + services.create_api_key(Principal(owner), workspace, "tus", ["admin"])[1]


@pytest.fixture
def begin(api: Any, project: Any) -> Callable[..., Any]:
    """`begin("a.png", 100)`: the answer to the creation of an upload."""

    def make(filename: str, length: int, body: bytes = b"", **pairs: str) -> Any:
        return api.generic(
            "POST",
            "/api/v1/uploads",
            body,
            content_type=PIECES if body else "",
            HTTP_UPLOAD_LENGTH=str(length),
            HTTP_UPLOAD_METADATA=metadata(filename=filename, project=str(project.pk), **pairs),
            **TUS,
        )

    return make


@pytest.fixture
def send(token: str) -> Callable[..., Any]:
    """`send(answer.json()["id"], [b"…"], 0)`: what a PATCH with these chunks is answered."""

    def patch(key: str, chunks: list[bytes], offset: int, dies: bool = False, **headers: str) -> Any:
        return Piece(f"/api/v1/uploads/{key}", token, chunks, offset, **headers).run(dies)

    return patch


@pytest.fixture
def url(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}"
