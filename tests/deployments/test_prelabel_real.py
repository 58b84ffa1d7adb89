"""Pre-labelling by the real inference server: what is proposed is what it predicts, upright, and accepted it
is what training sees."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from annotations.geometry import rle_to_mask
from core.storage import storage
from tests.deployments.test_real_server import server as server
from tests.deployments.test_real_server import until


def turned_photograph(seed: int) -> bytes:
    """A JPEG of 70 x 50 whose EXIF says that it was held sideways: it is shown as 50 x 70."""
    pixels = np.random.default_rng(seed).integers(0, 255, (50, 70, 3), np.uint8)
    image = Image.fromarray(cv2.GaussianBlur(pixels, (9, 9), 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


@pytest.fixture
def deployment(api: Any, project: Any, make_artifact: Any, server: Any, run_jobs: Any, tmp_path: Path) -> str:
    """The id of a deployment of an untrained model."""
    from training.ml.bundle import save_random_bundle

    artifact = make_artifact()
    save_random_bundle(tmp_path / "bundle", size=(64, 64))
    storage.put_tree(artifact.bundle_prefix, tmp_path / "bundle")
    server()
    body = {"name": "live", "artifact": str(artifact.pk), "runtime": "onnxruntime"}
    made: str = api.post(f"/api/v1/projects/{project.pk}/deployments", body).json()["id"]
    until(api, f"/api/v1/deployments/{made}", "ready", run_jobs)
    return made


def test_proposed_accepted_and_seen(api: Any, project: Any, deployment: str, run_jobs: Any) -> None:
    for seed, shapes in enumerate(["mask", "polygons"]):
        look(api, project, deployment, run_jobs, turned_photograph(seed), shapes)


def look(api: Any, project: Any, deployment: str, run_jobs: Any, photograph: bytes, shapes: str) -> None:
    file = SimpleUploadedFile(f"{shapes}.jpg", photograph, "image/jpeg")
    where = f"/api/v1/projects/{project.pk}/assets"
    [asset] = api.post(where, {"files": [file]}, format="multipart").json()["results"]
    run_jobs()
    body = {"deployment": deployment, "threshold": 0, "tiles": "off", "shapes": shapes}
    started = api.post(f"/api/v1/projects/{project.pk}/prelabel", body, format="json").json()
    run_jobs()
    job = api.get(f"/api/v1/jobs/{started['id']}").json()
    assert job["status"] == "succeeded", job
    url = f"/api/v1/deployments/{deployment}/predict?output=mask&uncertainty=true&regions=true"
    predicted = api.post(url, photograph, content_type="image/jpeg").json()
    url = f"/api/v1/assets/{asset['id']}"
    listed = api.get(f"{url}/proposals").json()
    unsure = predicted["uncertainty"]
    assert (listed["uncertainty"], listed["margin"]) == (unsure["entropy"], unsure["margin"])
    # The bundle's classes have names of their own: those that the project has are proposed.
    names = {str(each.pk): each.name for each in project.label_classes.all()}
    expected = predicted["predictions"]
    told = sorted((item["class"]["name"], item["area"]) for item in expected)
    assert len(told) > 1 and sorted((names[row["class"]], row["area"]) for row in listed["results"]) == told
    assert job["result"]["proposals"] == len(expected) and job["result"]["unknown_classes"] == []

    answer = api.post(f"{url}/proposals/accept", {}, format="json").json()
    assert len(answer["accepted"]) == len(expected)
    painted = cv2.imdecode(np.frombuffer(api.get(f"{url}/mask.png").content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert painted.shape == (70, 50)
    for index, each in enumerate(project.label_classes.order_by("position"), start=1):
        masks = [rle_to_mask(item["mask"]) for item in expected if item["class"]["name"] == each.name]
        assert ((painted == index) == np.any([np.zeros((70, 50)), *masks], axis=0)).all()
