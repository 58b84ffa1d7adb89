"""Models come and go, each by itself."""

from __future__ import annotations

import httpx
import pytest

from tests.deployments.server.quick import QuickPredictor


async def test_asking_again_for_what_is_there_loads_nothing(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    loads = len(quick.made)
    await quick.load(client, "m")
    assert len(quick.made) == loads


async def test_a_new_name_needs_no_load(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    loads = len(quick.made)
    describe = {"deployment": {"id": "m", "name": "Renamed", "version": 1}}
    await client.put("/models/m", json={"version": 1, "bundle": "/quick", "describe": describe})
    answer = (await client.post("/models/m/predict", content=image)).json()
    assert answer["deployment"]["name"] == "Renamed"
    assert len(quick.made) == loads


async def test_a_model_that_does_not_load_says_why_and_harms_no_other(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "bad", bundle="/broken")
    state = (await client.get("/models/bad")).json()
    assert (state["status"], state["serving"]) == ("failed", None)
    assert "/broken" in state["error"]
    refused = await client.post("/models/bad/predict", content=image)
    assert refused.status_code == 409 and "/broken" in refused.json()["detail"]
    assert (await client.post("/models/m/predict", content=image)).status_code == 200


async def test_a_version_that_does_not_load_leaves_the_old_one_serving(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "m", version=2, bundle="/broken")
    state = (await client.get("/models/m")).json()
    assert (state["version"], state["status"], state["serving"]) == (2, "failed", 1)
    assert (await client.post("/models/m/predict", content=image)).status_code == 200


async def test_a_deleted_model_is_unknown(client: httpx.AsyncClient, image: bytes) -> None:
    assert (await client.delete("/models/m")).status_code == 204
    assert (await client.post("/models/m/predict", content=image)).status_code == 404
    assert (await client.delete("/models/m")).status_code == 404
    assert (await client.get("/models")).json() == {"models": []}


async def test_a_model_answers_only_when_it_is_warm(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.05
    await client.put("/models/slow", json={"version": 1, "bundle": "/quick"})
    refused = await client.post("/models/slow/predict", content=image)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    await quick.load(client, "slow")
    assert (await client.post("/models/slow/predict", content=image)).status_code == 200


async def test_an_engine_has_lanes_as_its_device_can_use(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "gpu", device="cuda:0", replicas=2)
    [group] = quick.engines[-1].order.groups
    assert (group.threads, group.lanes) == (None, 2)
    assert (await client.post("/models/gpu/predict", content=image)).status_code == 200
    await quick.load(client, "cpu", replicas=2)
    wide, narrow = quick.engines[-1].order.groups
    assert [(wide.threads, wide.lanes), (narrow.threads, narrow.lanes)] == [(2, 1), (1, 2)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": 0}, "version"),
        ({"bundle": "relative/path"}, "bundle"),
        ({"runtime": "abacus"}, "runtime"),
        ({"quantization": "int1"}, "quantization"),
        ({"replicas": True}, "replicas"),
        ({"threads": -1}, "threads"),
        ({"colour": "red"}, "colour"),
        ({"memory_mb": 0.5}, "memory_mb"),
        ({"max_batch": 1000}, "max_batch"),
        ({"queue_limit": 0}, "queue_limit"),
        ({"deadline_ms": "soon"}, "deadline_ms"),
        ({"idle_seconds": 0}, "idle_seconds"),
        ({"routes": []}, "routes"),
        ({"routes": {"detour": None}}, "routes.detour"),
        ({"routes": {"canary": {"model": "m@2"}}}, "routes.canary"),
        ({"routes": {"shadow": {"model": "m@2", "percent": 101}}}, "routes.shadow.percent"),
    ],
)
async def test_a_wrong_specification_is_refused_by_field(
    client: httpx.AsyncClient, change: dict[str, object], field: str
) -> None:
    answer = await client.put("/models/new", json={"version": 1, "bundle": "/quick", **change})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
