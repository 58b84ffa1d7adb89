"""Exports: asked for over REST, made by child processes, downloaded as a ZIP that says what is in it."""

from __future__ import annotations

import io
import json
import sys
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings

from core import jobs
from core.errors import Unusable
from core.models import Job
from core.storage import storage
from deployments.models import Export
from training.services import children


@pytest.fixture
def bundled(artifact: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The artifact with a real, untrained bundle in storage, and images of its snapshot."""
    from training.ml.bundle import save_random_bundle

    # Packages are tried with the platform's own: what pip does is tested where packages are.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    save_random_bundle(tmp_path / "bundle", size=(64, 64))
    storage.put_tree(artifact.bundle_prefix, tmp_path / "bundle")
    storage.put(artifact.run.snapshot.storage_key, manifest())
    return artifact


def manifest() -> bytes:
    """Two images of noise with a square on each, one to train on and one to validate."""
    header = {
        "format": "tessera-manifest/1",
        "project": "p",
        "task": "semantic",
        "unlabelled": "background",
        "classes": [
            {"id": f"class-{i}", "name": name, "color": "#3b82f6", "ignore": False, "index": i}
            for i, name in enumerate(("squirrel", "butterfly"), 1)
        ],
    }
    lines = [header]
    square = {"exterior": [[8, 8], [40, 8], [40, 40], [8, 40]], "holes": []}
    for number, split in enumerate(("train", "val")):
        pixels = np.random.default_rng(number).integers(0, 256, (72, 96, 3), np.uint8)
        storage.put(f"assets/{split}.png", cv2.imencode(".png", pixels)[1].tobytes())
        lines.append(
            {
                "asset": split,
                "name": f"{split}.png",
                "width": 96,
                "height": 72,
                "split": split,
                "image": f"assets/{split}.png",
                "annotations": [{"id": "1", "class": "class-1", "polygons": [square], "z": 0}],
            }
        )
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "format"),
        ({"format": "caffe"}, "format"),
        ({"format": "onnx", "quantization": "int3"}, "quantization"),
        ({"format": "torch", "quantization": "int8"}, "quantization"),
        ({"format": "onnx", "quantization": "bf16"}, "quantization"),
        ({"format": "onnx", "pruning": 2}, "pruning"),
        ({"format": "onnx", "pruning_method": "structured"}, "pruning_method"),
        ({"format": "onnx", "pruning": 0.5, "pruning_method": "axe"}, "pruning_method"),
        ({"format": "onnx", "pruning": 0.5, "fine_tune_steps": 0}, "fine_tune_steps"),
        ({"format": "onnx", "pruning": 0.3, "pruning_method": "2:4"}, "pruning"),
        ({"format": "onnx", "budget": 0.5}, "budget"),
        ({"format": "onnx", "quantization": "int8", "budget": -1}, "budget"),
        ({"format": "onnx", "opset": 17}, "opset"),
    ],
)
def test_what_cannot_be_made_is_named(api: Any, artifact: Any, body: dict[str, Any], field: str) -> None:
    answer = api.post(f"/api/v1/artifacts/{artifact.pk}/exports", body)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Job.objects.count() == 0


def test_what_an_architecture_cannot_be_is_told_before_and_refused(api: Any, make_artifact: Any) -> None:
    artifact = make_artifact(architecture="mask2former", variant="swin-tiny")
    url = f"/api/v1/artifacts/{artifact.pk}/exports"
    options = api.get(f"{url}/options").json()
    entry = next(each for each in options["formats"] if each["format"] == "torch_export")
    assert not entry["available"] and "TorchScript" in entry["reason"]
    answer = api.post(url, {"format": "torch_export"})
    assert answer.status_code == 400 and entry["reason"] in answer.json()["errors"][0]["message"]
    assert options["pruning"]["available"] and "structured" in options["pruning"]["methods"]


def test_an_onnx_export_from_the_request_to_the_file(api: Any, bundled: Any, run_jobs: Any) -> None:
    url = f"/api/v1/artifacts/{bundled.pk}/exports"
    answer = api.post(url, {"format": "onnx"})
    assert answer.status_code == 202 and answer.json()["status"] == "queued"
    run_jobs()
    job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
    assert job["status"] == "succeeded", job
    result = job["result"]
    assert result["parity"]["agreement"] > 0.99 and result["parity"]["difference"] < 1e-3
    assert result["parity"]["agrees"] and result["parity"]["logits"]["largest"] < 1e-2
    assert result["latency"]["milliseconds"] > 0 and result["latency"]["size"] == [64, 64]
    assert result["report"]["verification"]["passed"]
    assert result["report"]["verification"]["environment"] == "platform"
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
        wanted = {"bundle.json", "model.onnx", "labels.json", "preprocessing.json", "README.md"}
        wanted |= {"lineage.json", "parity.json", "predict.py", "requirements.txt", "test.jpg"}
        assert wanted | {"expected.json"} <= set(archive.namelist())
        assert json.loads(archive.read("bundle.json"))["architecture"] == "segformer"
    part = api.get(result["download_url"], HTTP_RANGE="bytes=0-3")
    assert part.status_code == 206 and b"".join(part.streaming_content) == b"PK\x03\x04"
    points = api.get(f"/api/v1/artifacts/{bundled.pk}/tradeoffs").json()["points"]
    assert [(point["export"], point["pareto"]) for point in points] == [(job["id"], True)]
    served = storage.fetch_tree(Export.objects.get().bundle_prefix)
    assert (served / "bundle.json").is_file() and (served / "runtimes" / "onnx" / "model.onnx").is_file()
    assert not (Path(settings.TESSERA_RUNS_DIR) / "exports" / job["id"]).exists()


def test_a_deleted_export_takes_its_files_along(api: Any, artifact: Any) -> None:
    export = make_row(artifact)
    storage.put(export.archive_key, b"zip")
    url = f"/api/v1/artifacts/{artifact.pk}/exports/{export.pk}"
    assert api.delete(url).status_code == 204
    assert not storage.exists(export.archive_key)
    assert api.delete(url).status_code == 404


def make_row(artifact: Any) -> Export:
    identifier = uuid.uuid4()
    return Export.objects.create(
        id=identifier, artifact=artifact, format="onnx", storage_prefix=f"exports/{identifier}"
    )


def test_an_export_that_fails_gives_its_reason(api: Any, artifact: Any, run_jobs: Any) -> None:
    storage.put(artifact.run.snapshot.storage_key, manifest())
    answer = api.post(f"/api/v1/artifacts/{artifact.pk}/exports", {"format": "onnx"})
    run_jobs()
    job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
    assert job["status"] == "failed" and job["error"]["status"] == 422
    assert "is missing from storage" in job["error"]["detail"]
    file = f"/api/v1/artifacts/{artifact.pk}/exports/{job['id']}/file"
    assert api.get(file).status_code == 409


def test_a_cancelled_export_ends_its_child(tmp_path: Path) -> None:
    def cancelled(share: float, message: str) -> None:
        if (tmp_path / "started").exists():
            raise jobs.Cancelled

    started = str(tmp_path / "started")
    script = f"import time, pathlib; pathlib.Path({started!r}).touch(); time.sleep(60)"
    began = time.monotonic()
    with pytest.raises(jobs.Cancelled):
        children.run_command([sys.executable, "-c", script], cancelled)
    assert time.monotonic() - began < 10


def test_a_conversion_without_end_is_stopped() -> None:
    with pytest.raises(Unusable, match="longer than"):
        children.run_command([sys.executable, "-c", "import time; time.sleep(60)"], lambda *_: None, 0.3)


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
