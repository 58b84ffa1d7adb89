"""The web half against the real inference server: deployed, asked, restarted, stopped."""

from __future__ import annotations

import io
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.storage import storage
from deployments.services.reconciliation import survey

ROOT = Path(__file__).parents[2]
SECONDS = 90


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`server()` starts the inference server, again after it was killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.TESSERA_INFERENCE_URL = f"http://127.0.0.1:{port}"
    settings.TESSERA_INFERENCE_TOKEN = "a-token-of-this-test"
    environment = {**os.environ, "TESSERA_INFERENCE_TOKEN": "a-token-of-this-test", "PYTHONPATH": str(ROOT)}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "deployments.server", "--host", "127.0.0.1", "--port", str(port)]
        with (tmp_path / "server.log").open("ab") as log:
            started.append(
                subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(api: Any, url: str, status: str, run_jobs: Any) -> dict[str, Any]:
    """Look as the ticker does, every moment, until the deployment has the status."""
    deadline = time.monotonic() + SECONDS
    while True:
        survey()
        run_jobs()
        body: dict[str, Any] = api.get(url).json()
        if body["status"] == status:
            return body
        assert time.monotonic() < deadline, body
        time.sleep(0.2)


def bomb() -> bytes:
    """A PNG of 100 megapixels in a few kilobytes."""
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(bytes(10_001) * 100, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_deployment_answers_and_survives_a_restart_of_the_server(
    api: Any, project: Any, make_artifact: Any, server: Any, run_jobs: Any, tmp_path: Path
) -> None:
    from training.ml.bundle import save_random_bundle

    artifact = make_artifact()
    save_random_bundle(tmp_path / "bundle", size=(64, 64))
    storage.put_tree(artifact.bundle_prefix, tmp_path / "bundle")
    process = server()
    made = api.post(
        f"/api/v1/projects/{project.pk}/deployments",
        {"name": "live", "artifact": str(artifact.pk), "runtime": "onnxruntime"},
    ).json()
    url = f"/api/v1/deployments/{made['id']}"
    until(api, url, "ready", run_jobs)

    pixels = np.random.default_rng(0).integers(0, 255, (50, 70, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    answer = api.post(f"{url}/predict?output=polygons,mask", out.getvalue(), content_type="image/png")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["deployment"] == {"id": made["id"], "name": "live", "version": 1}
    assert body["model"]["artifact"] == str(artifact.pk) and body["model"]["run"] == str(artifact.run_id)
    assert body["image"] == {"width": 70, "height": 50} and body["timing_ms"]["total"] > 0
    assert all(prediction["mask"]["size"] == [50, 70] for prediction in body["predictions"])

    text = SimpleUploadedFile("holiday.jpg", b"Dear diary, this is a text.", "image/jpeg")
    for bad, status in ((text, 422), (SimpleUploadedFile("bomb.png", bomb()), 413)):
        refused = api.post(f"{url}/predict", {"image": bad}, format="multipart")
        assert refused.status_code == status, refused.content
        assert refused["Content-Type"].startswith("application/problem+json")
    unknown = api.post(f"{url}/predict?colour=1", out.getvalue(), content_type="image/png")
    assert unknown.status_code == 400 and unknown.json()["errors"][0]["field"] == "colour"
    text.seek(0)
    files = [text, SimpleUploadedFile("a.png", out.getvalue())]
    batch = api.post(f"{url}/predict/batch", {"images": files}, format="multipart").json()["results"]
    assert batch[0]["error"]["status"] == 422 and batch[1]["prediction"]["predictions"] == body["predictions"]
    assert api.get(f"{url}/stats").json()["requests"] >= 1

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(api, url, "starting", run_jobs)
    assert api.post(f"{url}/predict", out.getvalue(), content_type="image/png").status_code == 503
    server()
    until(api, url, "ready", run_jobs)
    again = api.post(f"{url}/predict", out.getvalue(), content_type="image/png").json()
    assert again["predictions"] == body["predictions"]
    api.post(f"{url}/stop")
    run_jobs()
    assert api.post(f"{url}/predict", out.getvalue(), content_type="image/png").status_code == 409


def test_an_artifact_without_its_files_fails_with_a_reason(
    api: Any, project: Any, make_artifact: Any, server: Any, run_jobs: Any
) -> None:
    server()
    body = {"name": "empty", "artifact": str(make_artifact(storage_prefix=f"artifacts/{uuid.uuid4()}").pk)}
    made = api.post(f"/api/v1/projects/{project.pk}/deployments", body).json()
    failed = until(api, f"/api/v1/deployments/{made['id']}", "failed", run_jobs)
    assert failed["error"]["detail"] and failed["error"]["hint"]
