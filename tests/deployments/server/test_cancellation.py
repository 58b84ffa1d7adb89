"""Nothing is computed for a client that has gone."""

from __future__ import annotations

import asyncio

import httpx

from tests.deployments.server.quick import QuickPredictor


async def queued(client: httpx.AsyncClient) -> int:
    return int((await client.get("/models/m")).json()["queue"])


async def test_requests_whose_clients_left_are_dropped(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.2
    requests = [asyncio.create_task(client.post("/models/m/predict", content=image)) for _ in range(8)]
    while await queued(client) < 8:
        await asyncio.sleep(0.01)
    for request in requests[1:]:
        request.cancel()
    assert (await requests[0]).status_code == 200
    while await queued(client):
        await asyncio.sleep(0.01)
    assert sum(quick.calls) < 8
    assert (await client.post("/models/m/predict", content=image)).status_code == 200


async def test_nothing_more_of_an_image_in_tiles_is_computed_once_its_client_left(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.05
    url = "/models/m/predict?tiles=on&overlap=0.5"
    request = asyncio.create_task(client.post(url, content=image))
    while not quick.calls:
        await asyncio.sleep(0.005)
    request.cancel()
    while await queued(client):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)
    computed = sum(quick.calls)
    assert computed < 40
    quick.seconds = 0.0
    assert (await client.post(url, content=image)).status_code == 200
    assert sum(quick.calls) > computed + 40
    assert (await client.get("/models/m")).json()["queue"] == 0
