"""Each deployment has limits of its own."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from tests.deployments.server.quick import QuickPredictor


async def flood(client: httpx.AsyncClient, model: str, image: bytes, count: int) -> list[httpx.Response]:
    return await asyncio.gather(
        *(client.post(f"/models/{model}/predict", content=image) for _ in range(count))
    )


async def test_a_short_queue_refuses_and_the_neighbour_s_does_not(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "short", queue_limit=2)
    quick.seconds = 0.05
    short, usual = await asyncio.gather(flood(client, "short", image, 6), flood(client, "m", image, 6))
    assert Counter(answer.status_code for answer in short) == {200: 2, 429: 4}
    assert Counter(answer.status_code for answer in usual) == {200: 6}


async def test_what_waits_past_the_deadline_gets_503(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "m", deadline_ms=100)
    quick.seconds = 0.3
    answers = await flood(client, "m", image, 6)
    counts = Counter(answer.status_code for answer in answers)
    assert set(counts) == {200, 503} and counts[200] <= 3
    late = next(answer for answer in answers if answer.status_code == 503)
    assert int(late.headers["retry-after"]) >= 1 and "100 ms" in late.json()["detail"]
    assert (await client.get("/models/m")).json()["queue"] == 0


async def test_a_deadline_that_cannot_be_met_is_refused_at_the_door(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.1
    await quick.load(client, "slow", deadline_ms=120)
    counts = Counter(answer.status_code for answer in await flood(client, "slow", image, 8))
    assert counts[429] >= 3 and counts[200] >= 1


@pytest.mark.parametrize(("limit", "largest"), [(None, 8), (2, 2)])
async def test_batches_are_no_larger_than_allowed(
    client: httpx.AsyncClient,
    quick: type[QuickPredictor],
    image: bytes,
    limit: int | None,
    largest: int,
) -> None:
    quick.pass_seconds = 0.03
    await quick.load(client, "batched", max_batch=limit)
    assert max(quick.calls) == largest
    quick.calls.clear()
    await flood(client, "batched", image, 8)
    assert 1 < max(quick.calls) <= largest


async def test_limits_change_without_a_load(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    engines = len(quick.engines)
    await quick.load(client, "m", queue_limit=1)
    quick.seconds = 0.05
    counts = Counter(answer.status_code for answer in await flood(client, "m", image, 4))
    assert counts == {200: 1, 429: 3} and len(quick.engines) == engines
