"""Whatever is sent, the answer is a clear problem, and the next one is served."""

from __future__ import annotations

import struct
import zlib

import httpx
import pytest

from deployments.server.app import create_app
from deployments.server.config import Config
from tests.deployments.server.images import jpeg
from tests.deployments.server.quick import QuickPredictor


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 422, id="empty"),
        pytest.param(b"this is a text file called squirrel.jpg", 422, id="text"),
        pytest.param(jpeg(90, 60)[:700], 422, id="truncated"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 40, 422, id="corrupt"),
        pytest.param(bomb(20_000, 20_000), 413, id="huge"),
        pytest.param(bomb(60_000, 60_000), 413, id="bomb"),
    ],
)
async def test_a_bad_image_is_refused_and_the_next_is_served(
    client: httpx.AsyncClient, body: bytes, status: int, image: bytes
) -> None:
    refused = await client.post("/models/m/predict", content=body)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"]
    assert (await client.post("/models/m/predict", content=image)).status_code == 200
    state = (await client.get("/models/m")).json()
    assert (state["queue"], state["requests"], state["errors"]) == (0, 2, 1)


@pytest.mark.parametrize("side", [9_000, 20_000])
async def test_what_is_too_large_hears_the_limit(client: httpx.AsyncClient, side: int) -> None:
    detail = (await client.post("/models/m/predict", content=bomb(side, side))).json()["detail"]
    assert "64,000,000" in detail and "attack" not in detail and not detail.endswith("..")


async def test_a_body_over_the_limit_is_refused(quick: type[QuickPredictor]) -> None:
    transport = httpx.ASGITransport(create_app(Config(cores=1, max_body=1000)))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        await quick.load(client, "m")
        assert (await client.post("/models/m/predict", content=b"x" * 1001)).status_code == 413

        async def chunks():
            for _ in range(11):
                yield b"x" * 100

        assert (await client.post("/models/m/predict", content=chunks())).status_code == 413


async def test_a_forward_pass_that_fails_is_one_failed_request(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.error = MemoryError("too much")
    failed = await client.post("/models/m/predict", content=image)
    assert failed.status_code == 500 and failed.json()["title"]
    quick.error = None
    assert (await client.post("/models/m/predict", content=image)).status_code == 200
