"""Within a memory budget the model used least lately gives way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from deployments.server.config import Config
from tests.deployments.server.quick import QuickPredictor, connected, state, until

# Room for three engines of a hundred megabytes, or for two and one that is not known yet.
BUDGET = 350 << 20


@pytest.fixture
async def client(quick: type[QuickPredictor]) -> AsyncIterator[httpx.AsyncClient]:
    """The models a, b and c, asked in this order."""
    quick.megabytes = 100
    async with connected(Config(cores=1, memory=BUDGET, watch_seconds=0.02)) as connection:
        for model in ("a", "b", "c"):
            await quick.load(connection, model)
        yield connection


async def asleep(client: httpx.AsyncClient, models: str) -> str:
    return "".join([model for model in models if (await state(client, model))["asleep"]])


async def test_a_load_has_the_model_used_least_lately_sleep(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    assert await asleep(client, "abc") == ""
    assert (await client.post("/models/a/predict", content=image)).status_code == 200
    await quick.load(client, "d")
    assert await asleep(client, "abcd") == "b"
    assert (await state(client, "b"))["status"] == "ready"
    assert (await client.post("/models/b/predict", content=image)).status_code == 200
    assert await asleep(client, "abcd") == "c"


async def test_models_that_grow_give_way_as_well(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    quick.megabytes = 150
    await until(client, "a", asleep=True)
    assert await asleep(client, "abc") == "a"


async def test_a_model_at_work_stays(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.3
    working = asyncio.create_task(client.post("/models/a/predict", content=image))
    await until(client, "a", queue=1)
    quick.megabytes = 150
    await until(client, "b", asleep=True)
    assert (await working).status_code == 200
