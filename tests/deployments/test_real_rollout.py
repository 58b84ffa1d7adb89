"""Canary, shadow, minutes, log, samples and a crash, with the real inference server between them."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.storage import storage
from deployments import inference
from deployments.models import Deployment, DeploymentSample
from deployments.services import collection, sampling
from tests.deployments.test_real_server import server, until  # noqa: F401  (a fixture)


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
    server: Any,  # noqa: F811
    run_jobs: Any,
    tmp_path: Path,
    image: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from training.ml.bundle import save_random_bundle

    monkeypatch.setattr(collection, "_reached", ("", 0.0))
    monkeypatch.setattr(sampling, "_passed", sampling._Passed())
    artifact = make_artifact()
    save_random_bundle(tmp_path / "bundle", size=(64, 64))
    storage.put_tree(artifact.bundle_prefix, tmp_path / "bundle")
    server()
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

    sampling._thread.submit(int).result(5)
    run_jobs()
    sample = DeploymentSample.objects.get()
    assert sample.asset.sha256 and sample.prediction["image"] == {"width": 70, "height": 50}

    state = inference.state(Deployment.objects.get().pk)
    assert state is not None
    os.kill(state["pid"], signal.SIGKILL)
    wait_until(lambda: api.get(url).json()["restarts"] == 1, lambda: until(api, url, "ready", run_jobs))
    assert "its process was started again" in api.get(url).json()["message"]
    assert ask() == 1
