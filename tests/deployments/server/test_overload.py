"""More than can be served is refused at once; what was accepted is answered."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx

from deployments.server.app import create_app
from deployments.server.config import Config
from tests.deployments.server.quick import QuickPredictor


async def test_a_full_queue_answers_429_and_everything_accepted_is_answered(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.02
    answers = await asyncio.gather(*(client.post("/models/m/predict", content=image) for _ in range(40)))
    counts = Counter(answer.status_code for answer in answers)
    assert set(counts) == {200, 429} and counts[200] >= 8
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.post("/models/m/predict", content=image)).status_code == 200
    state = (await client.get("/models/m")).json()
    assert (state["queue"], state["errors"]) == (0, counts[429])


async def test_a_slow_model_refuses_what_would_wait_too_long(
    quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.1
    transport = httpx.ASGITransport(create_app(Config(cores=1, max_wait=0.6)))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        await quick.load(client, "m")
        answers = await asyncio.gather(*(client.post("/models/m/predict", content=image) for _ in range(20)))
    counts = Counter(answer.status_code for answer in answers)
    assert 4 <= counts[200] <= 10 and counts[200] + counts[429] == 20
