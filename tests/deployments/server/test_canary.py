"""A share of the requests goes to another version."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from deployments.server.config import Config
from deployments.server.measures import Measures
from deployments.server.registry import Registry
from deployments.server.specification import parse
from tests.deployments.server.quick import QuickPredictor


@pytest.fixture
async def registry(quick: type[QuickPredictor]) -> Registry:
    """Version 1 as `m`, version 2 as `m@2`."""
    made = Registry(Config(cores=1), Measures())
    await put(made, "m", 1)
    await put(made, "m@2", 2)
    return made


async def put(registry: Registry, model: str, version: int, **values: Any) -> None:
    registry.put(model, parse({"version": version, "bundle": "/quick", **values}))
    while registry.state(model)["status"] == "loading":
        await asyncio.sleep(0.005)


def versions(registry: Registry, count: int) -> Counter[int]:
    return Counter(registry.route("m").servable.specification.version for _ in range(count))


async def test_a_canary_gets_its_share(registry: Registry, quick: type[QuickPredictor]) -> None:
    assert versions(registry, 50) == {1: 50}
    engines = len(quick.engines)
    await put(registry, "m", 1, routes={"canary": {"model": "m@2", "percent": 25}})
    assert len(quick.engines) == engines
    assert 170 < versions(registry, 1000)[2] < 330
    await put(registry, "m", 1, routes={"canary": {"model": "m@2", "percent": 100}})
    assert versions(registry, 50) == {2: 50}
    await put(registry, "m", 1)
    assert versions(registry, 50) == {1: 50}


async def test_the_answer_says_which_version_gave_it(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "m@2", version=2, describe={"deployment": {"version": 2}})
    canary = {"model": "m@2", "percent": 100}
    await quick.load(client, "m", describe={"deployment": {"version": 1}}, routes={"canary": canary})
    answer = (await client.post("/models/m/predict", content=image)).json()
    assert answer["deployment"]["version"] == 2
    [minute] = (await client.get("/minutes")).json()["minutes"]
    assert (minute["model"], minute["version"], minute["requests"]) == ("m", 2, 1)
    assert (
        'tessera_inference_answers_total{deployment="m",version="2"} 1.0'
        in (await client.get("/metrics")).text.splitlines()
    )


async def test_a_canary_that_is_not_there_is_passed_over(registry: Registry) -> None:
    await put(registry, "m", 1, routes={"canary": {"model": "m@3", "percent": 100}})
    assert versions(registry, 10) == {1: 10}
    await put(registry, "m@3", 3, bundle="/broken")
    assert versions(registry, 10) == {1: 10}


async def test_a_shadow_computes_copies_and_never_answers(registry: Registry) -> None:
    await put(registry, "m", 1, routes={"shadow": {"model": "m@2", "percent": 100}})
    route = registry.route("m")
    assert route.shadow is not None
    assert (route.servable.specification.version, route.shadow.specification.version) == (1, 2)
    await put(registry, "m", 1, routes={"shadow": {"model": "m@2", "percent": 0}})
    assert registry.route("m").shadow is None


async def test_both_count_for_the_deployment_each_by_its_version(quick: type[QuickPredictor]) -> None:
    measures = Measures()
    registry = Registry(Config(cores=1), measures)
    await put(registry, "m", 1, routes={"shadow": {"model": "m@2", "percent": 100}})
    await put(registry, "m@2", 2)
    route = registry.route("m")
    assert route.shadow is not None
    route.servable.tally.asked()
    route.shadow.tally.shadowed(0.75)
    first, second = measures.minutes.since()
    assert (first["model"], first["version"], first["requests"]) == ("m", 1, 1)
    assert (second["model"], second["version"]) == ("m", 2)
    assert second["shadow"] == {"compared": 1, "agreement": 0.75}
    registry.delete("m@2")
    assert 'deployment="m"' in measures.text().decode()
    registry.delete("m")
    assert 'deployment="m"' not in measures.text().decode()
