"""Where storage is a bucket: a ZIP, its thumbnails and pictures, an import, and an export of all."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image

from core.storage import storage
from tests import s3
from tests.projects.pictures import png


@pytest.fixture(autouse=True)
def on_s3(s3_url, settings, monkeypatch, tmp_path) -> None:
    s3.stand_in(s3_url, settings, monkeypatch, tmp_path / "cache")


def test_in_and_out_again(api, begin, project, run_jobs) -> None:
    pictures = {f"{number}.png": png(60, 50, number) for number in range(3)}
    content = packed(pictures)
    assert begin("photos.zip", len(content), content).status_code == 201
    run_jobs()
    url = f"/api/v1/projects/{project.pk}"
    assets = {row["name"]: row for row in api.get(f"{url}/assets").json()["results"]}
    assert sorted(assets) == sorted(pictures)
    assert len(list(storage.keys("assets"))) >= len(pictures)
    first = assets["0.png"]
    assert body(api.get(f"/api/v1/assets/{first['id']}/image")) == pictures["0.png"]
    thumbnail = body(api.get(f"/api/v1/assets/{first['id']}/thumbnail"))
    assert Image.open(io.BytesIO(thumbnail)).width <= 320

    document = {
        "images": [{"id": 1, "file_name": "0.png", "width": 60, "height": 50}],
        "categories": [{"id": 1, "name": "fox"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]]}
        ],
    }
    labels = json.dumps(document).encode()
    pairs = {"purpose": "import", "format": "coco", "create_classes": "true"}
    assert begin("labels.json", len(labels), labels, **pairs).json()["status"] == "processing"
    run_jobs()
    job = api.post(f"{url}/exports", {"format": "coco", "include_images": True}).json()
    run_jobs()
    result = api.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    archive = zipfile.ZipFile(io.BytesIO(body(api.get(result["download_url"]))))
    names = [name for name in archive.namelist() if name.endswith(".png")]
    assert sorted(archive.read(name) for name in names) == sorted(pictures.values())
    (labels_name,) = [name for name in archive.namelist() if name.endswith(".json")]
    assert len(json.loads(archive.read(labels_name))["annotations"]) == 1


def packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def body(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
