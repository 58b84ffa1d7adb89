"""Canary, shadow, minutes, log, samples and a crash, with the inference server between them.

The server is the real one, in a thread; only the network and its process are quick stand-ins.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import uvicorn
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from deployments import inference
from deployments.models import DeploymentSample
from deployments.server.app import create_app
from deployments.server.config import Config
from deployments.services import collection, sampling
from tests.deployments.server.conftest import quick  # noqa: F401  (a fixture)
from tests.deployments.test_real_server import until


@pytest.fixture
def server(settings: Any, quick: Any) -> Iterator[Any]:  # noqa: F811
    """The inference server, with `quick` in place of networks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.TESSERA_INFERENCE_URL = f"http://127.0.0.1:{port}"
    app = create_app(Config(cores=1, watch_seconds=0.02, pause=0.01))
    running = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield quick
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def image() -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (50, 70, 3), np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def wait_until(happened: Callable[[], bool], look: Callable[[], Any]) -> None:
    """Look as the ticker does until it happened."""
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        look()
        time.sleep(0.1)


def test_two_versions_side_by_side(
    api: Any,
    project: Any,
    make_artifact: Any,
    server: Any,
    run_jobs: Any,
    image: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collection, "_reached", ("", 0.0))
    monkeypatch.setattr(sampling, "_passed", sampling._Passed())
    artifact = make_artifact()
    body = {"name": "live", "artifact": str(artifact.pk), "runtime": "onnxruntime", "threads": 1}
    made = api.post(f"/api/v1/projects/{project.pk}/deployments", {**body, "idle_minutes": 60}).json()
    url = f"/api/v1/deployments/{made['id']}"
    until(api, url, "ready", run_jobs)

    def ask() -> int:
        answer = api.post(f"{url}/predict", image, content_type="image/png")
        assert answer.status_code == 200, answer.content
        return int(answer.json()["deployment"]["version"])

    api.patch(url, {"sampling": {"percent": 100, "per_day": 1}})
    assert ask() == 1
    api.post(f"{url}/versions", {"max_batch": 2, "serve": False})
    api.post(f"{url}/canary", {"version": 2, "percent": 100})
    wait_until(lambda: ask() == 2, run_jobs)
    api.post(f"{url}/canary", {"version": None})
    api.post(f"{url}/shadow", {"version": 2, "percent": 100})
    run_jobs()
    assert ask() == 1

    def compared() -> Any:
        collection.collect()
        return api.get(f"{url}/metrics?minutes=60").json()["totals"]["shadow"]

    # The two are the same network: the shadow agrees with every pixel.
    wait_until(lambda: bool(compared()), lambda: (run_jobs(), ask()))
    assert compared()["agreement"] == pytest.approx(1.0)
    metrics = api.get(f"{url}/metrics?minutes=60").json()
    assert {point["version"] for point in metrics["points"]} == {1, 2}
    assert metrics["totals"]["requests"] >= 3 and metrics["totals"]["p50_ms"] > 0
    drift = api.get(f"{url}/drift?hours=1").json()
    assert drift["seen"] >= 1 and sum(row["now"] for row in drift["classes"]) == pytest.approx(1.0)
    assert sum(drift["confidence"]["now"]) >= 1
    lines = api.get(f"{url}/logs").json()["lines"]
    assert any("version 2 is ready" in line["message"] for line in lines)
    assert api.get(f"{url}/logs?after={lines[-1]['n']}").json()["lines"] == []

    text = api.get("/metrics").content.decode()
    series = {family.name: family for family in text_string_to_metric_families(text)}
    answers = series["tessera_inference_answers"].samples
    versions = {one.labels["version"] for one in answers if one.labels["deployment"] == made["id"]}
    assert versions == {"1", "2"} and series["tessera_inference_asleep"].samples

    sampling._thread.submit(int).result(5)
    run_jobs()
    sample = DeploymentSample.objects.get()
    assert sample.asset.sha256 and sample.prediction["image"] == {"width": 70, "height": 50}

    server.engines[0].crash()
    wait_until(lambda: bool(api.get(url).json()["restarts"]), lambda: until(api, url, "ready", run_jobs))
    assert api.get(url).json()["message"] == "its process was started again: killed by SIGKILL"
    wait_until(lambda: inference.states()[0]["pid"] is not None, lambda: None)
    assert ask() == 1
