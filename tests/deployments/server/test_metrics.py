"""What Prometheus sees."""

from __future__ import annotations

import httpx


async def test_requests_errors_latency_batches_and_queues_are_counted(
    client: httpx.AsyncClient, image: bytes
) -> None:
    await client.post("/models/m/predict", content=image)
    await client.post("/models/m/predict", content=b"nonsense")
    lines = (await client.get("/metrics")).text.splitlines()
    for line in (
        'tessera_inference_requests_total{deployment="m"} 2.0',
        'tessera_inference_errors_total{deployment="m",status="422"} 1.0',
        'tessera_inference_latency_seconds_count{deployment="m"} 1.0',
        'tessera_inference_batch_size_count{deployment="m"} 1.0',
        'tessera_inference_queue{deployment="m"} 0.0',
        'tessera_inference_ready{deployment="m"} 1.0',
    ):
        assert line in lines
    state = (await client.get("/models/m")).json()
    assert (state["requests"], state["errors"], state["batch_mean"]) == (2, 1, 1.0)
    assert state["p50_ms"] > 0


async def test_a_deleted_model_leaves_no_series(client: httpx.AsyncClient, image: bytes) -> None:
    await client.post("/models/m/predict", content=image)
    await client.delete("/models/m")
    assert 'deployment="m"' not in (await client.get("/metrics")).text
