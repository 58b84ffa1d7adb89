"""A model nobody asks sleeps without a process, and the next request wakes it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import psutil

from tests.deployments.server.images import jpeg
from tests.deployments.server.process import Server
from tests.deployments.server.quick import QuickPredictor, until


def test_a_real_engine_ends_and_answers_the_same_after_waking(
    server: Server, light: str, bundle: Path
) -> None:
    image = jpeg(90, 60)
    expected = server.predict(light, image).json()["predictions"]
    before = server.state(light)
    engine = psutil.Process(before["pid"])
    server.put(light, bundle, runtime="onnxruntime", threads=1, idle_seconds=0.1)
    while not server.state(light)["asleep"]:
        time.sleep(0.02)
    server.put(light, bundle, runtime="onnxruntime", threads=1)
    found = server.state(light)
    assert (found["status"], found["memory_mb"], found["pid"]) == ("ready", 0, None)
    engine.wait(5)
    assert server.predict(light, image).json()["predictions"] == expected
    found = server.state(light)
    assert (found["asleep"], found["restarts"]) == (False, before["restarts"])
    assert found["woken_seconds"] > 0 and found["pid"] not in (None, before["pid"])


async def test_waking_measures_nothing_and_everyone_is_answered(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "m", idle_seconds=0.05)
    pace = (await until(client, asleep=True))["milliseconds_per_image"]
    assert quick.engines[-1].over
    await quick.load(client, "m")
    quick.calls.clear()
    answers = await asyncio.gather(*(client.post("/models/m/predict", content=image) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    found = await until(client, asleep=False)
    assert sum(quick.calls) <= 5 + 3
    assert found["milliseconds_per_image"] is not None and pace is not None
    assert (found["restarts"], len(quick.engines)) == (0, 2)


async def test_a_model_that_is_asked_does_not_sleep(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.3
    await quick.load(client, "m", idle_seconds=0.1)
    assert (await client.post("/models/m/predict", content=image)).status_code == 200
    assert len(quick.engines) == 1


async def test_a_model_without_the_wish_never_sleeps(client: httpx.AsyncClient) -> None:
    await asyncio.sleep(0.1)
    assert (await until(client, status="ready"))["asleep"] is False
    text = (await client.get("/metrics")).text
    assert 'tessera_inference_asleep{deployment="m",version="1"} 0.0' in text
