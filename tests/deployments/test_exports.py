"""Exports: asked for over REST, made by child processes, downloaded as a ZIP that says what is in it."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.errors import Unusable
from core.models import Job
from core.storage import storage
from deployments.services import exports


@pytest.fixture
def bundled(artifact: Any, tmp_path: Path) -> Any:
    """The artifact with a real, untrained bundle in storage."""
    from training.ml.bundle import save_random_bundle

    save_random_bundle(tmp_path / "bundle", size=(64, 64))
    storage.put_tree(artifact.bundle_prefix, tmp_path / "bundle")
    return artifact


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "format"),
        ({"format": "coreml"}, "format"),
        ({"format": "onnx", "quantization": "int8"}, "quantization"),
        ({"format": "torch", "quantization": "fp16"}, "quantization"),
        ({"format": "onnx", "pruning": 0.5}, "pruning"),
        ({"format": "onnx", "pruning": 2}, "pruning"),
        ({"format": "onnx", "opset": 17}, "opset"),
    ],
)
def test_what_cannot_be_made_is_named(api: Any, artifact: Any, body: dict[str, Any], field: str) -> None:
    answer = api.post(f"/api/v1/artifacts/{artifact.pk}/exports", body)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Job.objects.count() == 0


def test_an_onnx_export_from_the_request_to_the_file(api: Any, bundled: Any, run_jobs: Any) -> None:
    url = f"/api/v1/artifacts/{bundled.pk}/exports"
    answer = api.post(url, {"format": "onnx"})
    assert answer.status_code == 202 and answer.json()["status"] == "queued"
    run_jobs()
    job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
    assert job["status"] == "succeeded", job
    result = job["result"]
    assert result["parity"]["agreement"] > 0.99 and result["parity"]["difference"] < 1e-3
    assert result["latency"]["milliseconds"] > 0 and result["latency"]["size"] == [64, 64]
    listed = api.get(url).json()["results"]
    assert [(row["id"], row["format"], row["quantization"]) for row in listed] == [
        (job["id"], "onnx", "none")
    ]
    file = api.get(result["download_url"])
    assert file.status_code == 200 and file["Content-Type"] == "application/zip"
    assert "segformer-b0" in file["Content-Disposition"]
    content = b"".join(file.streaming_content)
    assert len(content) == result["size"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {"bundle.json", "model.onnx", "export.json", "tessera.json"} <= set(archive.namelist())
        assert json.loads(archive.read("bundle.json"))["architecture"] == "segformer"
    part = api.get(result["download_url"], HTTP_RANGE="bytes=0-3")
    assert part.status_code == 206 and b"".join(part.streaming_content) == b"PK\x03\x04"


def test_a_torch_export_is_the_bundle(artifact: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bundle.json", "README.md", "model.safetensors"):
        storage.put(f"{artifact.bundle_prefix}/{name}", name.encode())
    monkeypatch.setattr(exports, "_latency", lambda *_: {"milliseconds": 1.0})
    result = exports.make_export("job1", artifact, "torch", "none", lambda share, message: None)
    assert result["parity"] is None
    with storage.open(exports.archive_key("job1")) as file, zipfile.ZipFile(file) as archive:
        assert set(archive.namelist()) == {"bundle.json", "README.md", "model.safetensors", "tessera.json"}
        assert archive.read("model.safetensors") == b"model.safetensors"


def test_a_conversion_that_fails_gives_its_reason(api: Any, artifact: Any, run_jobs: Any) -> None:
    answer = api.post(f"/api/v1/artifacts/{artifact.pk}/exports", {"format": "onnx"})
    run_jobs()
    job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
    assert job["status"] == "failed" and job["error"]["status"] == 422
    assert "export failed" in job["error"]["detail"]
    file = f"/api/v1/artifacts/{artifact.pk}/exports/{job['id']}/file"
    assert api.get(file).status_code == 409


def test_a_cancelled_export_ends_its_child(tmp_path: Path) -> None:
    def cancelled(share: float) -> None:
        if (tmp_path / "started").exists():
            raise jobs.Cancelled

    started = str(tmp_path / "started")
    script = f"import time, pathlib; pathlib.Path({started!r}).touch(); time.sleep(60)"
    began = time.monotonic()
    with pytest.raises(jobs.Cancelled):
        exports._run([sys.executable, "-c", script], 60, cancelled)
    assert time.monotonic() - began < 10


def test_a_conversion_without_end_is_stopped() -> None:
    with pytest.raises(Unusable, match="longer than"):
        exports._run([sys.executable, "-c", "import time; time.sleep(60)"], 0.3, lambda share: None)


def test_who_may_do_what(api: Any, other_api: Any, client_for: Callable[..., Any], artifact: Any) -> None:
    url = f"/api/v1/artifacts/{artifact.pk}/exports"
    job = api.post(url, {"format": "onnx"}).json()
    assert other_api.get(url).status_code == 404
    assert other_api.post(url, {"format": "onnx"}).status_code == 404
    assert other_api.get(f"{url}/{job['id']}/file").status_code == 404
    assert client_for("viewer").get(url).status_code == 200
    assert client_for("viewer").post(url, {"format": "onnx"}).status_code == 403
    assert client_for("engineer", ["read", "train"]).post(url, {"format": "onnx"}).status_code == 403


def test_an_export_is_found_under_its_own_artifact_only(api: Any, artifact: Any, make_artifact: Any) -> None:
    job = api.post(f"/api/v1/artifacts/{artifact.pk}/exports", {"format": "onnx"}).json()
    other = make_artifact(name="other", step=9)
    assert api.get(f"/api/v1/artifacts/{other.pk}/exports").json()["results"] == []
    assert api.get(f"/api/v1/artifacts/{other.pk}/exports/{job['id']}/file").status_code == 404
