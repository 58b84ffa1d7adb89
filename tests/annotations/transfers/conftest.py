"""Imports and exports through the API, with their jobs done at once."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def png(width: int = 30, height: int = 20, grey: int = 0) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), grey).save(file, "PNG")
    return file.getvalue()


def packed(members: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def coco(images: list[Any], annotations: list[Any], categories: list[Any] | None = None) -> str:
    """A COCO file; images are given by name, all of 30×20, with ids from 1."""
    rows = [
        {"id": number, "file_name": each, "width": 30, "height": 20} if isinstance(each, str) else each
        for number, each in enumerate(images, 1)
    ]
    if categories is None:
        categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    for number, row in enumerate(annotations, 1):
        row.setdefault("id", number)
        row.setdefault("image_id", 1)
        row.setdefault("category_id", 1)
    return json.dumps({"images": rows, "annotations": annotations, "categories": categories})


def polygon(*numbers: float, **more: Any) -> dict[str, Any]:
    return {"segmentation": [list(numbers)], **more}


SQUARE = (2.0, 2.0, 10.0, 2.0, 10.0, 10.0, 2.0, 10.0)


@pytest.fixture
def url(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}"


@pytest.fixture
def upload(api: Any, url: str) -> Callable[..., Any]:
    """`upload("a.png", png())`: an asset's id."""

    def send(name: str, content: bytes) -> str:
        file = SimpleUploadedFile(name, content)
        answer = api.post(f"{url}/assets", {"files": [file]}, format="multipart")
        return str(answer.json()["results"][0]["id"])

    return send


@pytest.fixture
def bring(api: Any, url: str, run_jobs: Any) -> Callable[..., Any]:
    """`bring("coco", "a.json", content, create_classes=True)`: the import's job when it is over."""

    def send(format: str, name: str, content: bytes | str, **fields: Any) -> Any:
        data = content.encode() if isinstance(content, str) else content
        fields = {"format": format, "file": SimpleUploadedFile(name, data), **fields}
        answer = api.post(f"{url}/imports", fields, format="multipart")
        assert answer.status_code == 202, answer.content
        run_jobs()
        return api.get(f"/api/v1/jobs/{answer.json()['id']}").json()

    return send


@pytest.fixture
def take(api: Any, url: str, run_jobs: Any) -> Callable[..., Any]:
    """`take("coco")`: the bytes of an export, and its job."""

    def send(format: str, **fields: Any) -> tuple[bytes, Any]:
        answer = api.post(f"{url}/exports", {"format": format, **fields})
        assert answer.status_code == 202, answer.content
        run_jobs()
        job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
        assert job["status"] == "succeeded", job
        file = b"".join(api.get(job["result"]["download_url"]).streaming_content)
        assert len(file) == job["result"]["size"]
        return file, job

    return send


def shapes_of(asset: Any) -> list[dict[str, Any]]:
    """What is drawn on an asset in painting order, without what is new in every database."""
    rows = asset.annotations.select_related("label_class").order_by("z", "created_at", "id")
    return [
        {
            "class": row.label_class.name,
            row.kind: row.geometry,
            "z": row.z,
            "track": row.track,
            "score": row.score,
            "attributes": row.attributes,
            "area": row.area,
            "box": row.bbox,
        }
        for row in rows
    ]


@pytest.fixture
def instances(project: Any) -> None:
    """Where objects may overlap, shapes keep their file's order."""
    project.task = "instance"
    project.save()
