"""An engine that ends costs what it was computing, and nobody else anything."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import Counter

import httpx

from deployments.server.config import Config
from tests.deployments.server.images import jpeg
from tests.deployments.server.process import Server
from tests.deployments.server.quick import QuickPredictor, connected, state, until


def test_a_killed_engine_comes_back_and_no_other_model_notices(server: Server, light: str) -> None:
    image, over, others = jpeg(90, 60), threading.Event(), []

    def hammer() -> None:
        while not over.is_set():
            others.append(server.predict("m", image).status_code)

    before = server.state(light)
    asking = threading.Thread(target=hammer)
    asking.start()
    try:
        os.kill(before["pid"], signal.SIGKILL)
        while server.state(light)["restarts"] == before["restarts"]:
            time.sleep(0.01)
        assert server.predict(light, image).status_code == 200
    finally:
        over.set()
        asking.join()
    after = server.state(light)
    assert (after["status"], after["restarts"]) == ("ready", before["restarts"] + 1)
    assert after["pid"] != before["pid"]
    assert set(others) == {200}


async def test_what_was_being_computed_gets_503_and_what_waits_is_answered(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.2
    asked = [asyncio.create_task(client.post("/models/m/predict", content=image)) for _ in range(6)]
    while not quick.calls:
        await asyncio.sleep(0.005)
    quick.engines[-1].crash()
    quick.seconds = 0.0
    answers = await asyncio.gather(*asked)
    counts = Counter(answer.status_code for answer in answers)
    assert set(counts) == {200, 503} and counts[503] <= 2
    lost = next(answer for answer in answers if answer.status_code == 503)
    assert int(lost.headers["retry-after"]) >= 1
    assert lost.headers["content-type"] == "application/problem+json"
    found = await state(client)
    assert (found["status"], found["restarts"], found["queue"]) == ("ready", 1, 0)
    assert (
        'tessera_inference_restarts_total{deployment="m",version="1"} 1.0'
        in (await client.get("/metrics")).text.splitlines()
    )


async def test_a_model_that_ends_five_times_in_a_row_fails_and_says_why(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.fragile = True
    quick.engines[-1].crash()
    waiting = [asyncio.create_task(client.post("/models/m/predict", content=image)) for _ in range(3)]
    found = await until(client, status="failed")
    assert "5 times in a row" in found["error"] and "SIGKILL" in found["error"]
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} <= {503, 409}
    assert len(quick.engines) == 5
    quick.fragile = False
    await quick.load(client, "m", version=2)
    assert (await client.post("/models/m/predict", content=image)).status_code == 200


async def test_a_model_whose_engine_ends_while_it_loads_is_tried_five_times(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    quick.fragile = True
    engines = len(quick.engines)
    await quick.load(client, "new")
    found = await state(client, "new")
    assert found["status"] == "failed" and "SIGKILL" in found["error"]
    assert len(quick.engines) == engines + 5


async def test_a_pass_that_does_not_end_is_ended(quick: type[QuickPredictor], image: bytes) -> None:
    async with connected(Config(cores=1, watch_seconds=0.02, stuck_seconds=0.1)) as client:
        await quick.load(client, "m")
        quick.seconds = 0.4
        asking = asyncio.create_task(client.post("/models/m/predict", content=image))
        await until(client, restarts=1)
        quick.seconds = 0.0
        assert (await asking).status_code == 503
        assert (await client.post("/models/m/predict", content=image)).status_code == 200


async def test_a_model_that_does_not_get_ready_in_time_fails(quick: type[QuickPredictor]) -> None:
    quick.seconds = 0.3
    async with connected(Config(cores=1, watch_seconds=0.02, load_timeout=0.1)) as client:
        await quick.load(client, "m")
        assert "not ready within" in (await state(client))["error"]
        assert len(quick.engines) == 1


async def test_an_answer_in_between_begins_the_count_anew(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    for crashes in range(1, 8):
        quick.engines[-1].crash()
        await until(client, restarts=crashes)
        assert (await client.post("/models/m/predict", content=image)).status_code == 200
    assert (await state(client))["status"] == "ready"
