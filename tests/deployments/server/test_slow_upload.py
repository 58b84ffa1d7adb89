"""A body that is still on its way while its model is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.deployments.server.images import png
from tests.deployments.server.quick import QuickPredictor
from tests.deployments.server.test_v2 import half_light, in_json


async def during(
    client: httpx.AsyncClient, quick: type[QuickPredictor], body: bytes, **values: Any
) -> AsyncIterator[bytes]:
    """The body in two pieces; in between another version takes over, and the old one's engine ends."""
    yield body[:10]
    await quick.load(client, "m", describe={"deployment": {"version": 2}}, **values)
    while not quick.engines[0].over:
        await asyncio.sleep(0.01)
    yield body[10:]


async def test_the_new_version_answers(client: httpx.AsyncClient, quick: type[QuickPredictor]) -> None:
    body = during(client, quick, png(half_light()), version=2)
    answer = await client.post("/models/m/predict", content=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["deployment"]["version"] == 2
    minutes = (await client.get("/minutes")).json()["minutes"]
    assert sum(minute["requests"] for minute in minutes) == 1
    assert not any(minute["errors"] for minute in minutes)


@pytest.mark.parametrize(("path", "status"), [("models/m", 200), ("models/m/versions/1", 404)])
async def test_it_does_by_the_open_inference_protocol_too(
    client: httpx.AsyncClient, quick: type[QuickPredictor], path: str, status: int
) -> None:
    whole = httpx.Request("POST", "http://x", json={"inputs": [in_json(png(half_light()))]}).content
    answer = await client.post(f"/v2/{path}/infer", content=during(client, quick, whole, version=2))
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["model_version"] == "2"
