"""A model that takes more memory than it may is ended, and says so."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.deployments.server.process import Server
from tests.deployments.server.quick import QuickPredictor, state, until


def test_an_engine_that_loads_too_much_is_ended(server: Server, bundle: Path, light: str) -> None:
    assert server.state(light)["memory_mb"] > 30
    server.put("big", bundle, runtime="onnxruntime", memory_mb=30)
    assert "more than the 30 MB" in server.wait("big", "failed")["error"]
    server.delete("big")


async def test_a_model_that_grows_too_large_is_started_again(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await quick.load(client, "m", memory_mb=50)
    assert (await state(client))["memory_mb"] == 10
    quick.megabytes = 60
    await until(client, restarts=1)
    quick.megabytes = 10
    assert (await client.post("/models/m/predict", content=image)).status_code == 200
    lines = (await client.get("/models/m/log")).json()["lines"]
    assert any(line["level"] == "error" and "50 MB" in line["message"] for line in lines)


async def test_a_model_that_is_always_too_large_fails(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    await quick.load(client, "m", memory_mb=50)
    quick.megabytes = 60
    assert "50 MB" in (await until(client, status="failed"))["error"]
