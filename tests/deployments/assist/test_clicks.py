"""The smart tool through REST, with a real inference server behind it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from annotations.geometry.raster import geometry_to_mask
from tests.deployments.server.process import Server, running_server

TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server({"TESSERA_INFERENCE_TOKEN": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}) as running:
        yield running


@pytest.fixture
def asset(api: Any, project: Any, server: Server, settings: Any) -> dict[str, Any]:
    """A red disc on green grass, lying on its side: a camera says so in EXIF."""
    settings.TESSERA_INFERENCE_URL = f"http://127.0.0.1:{server.port}"
    settings.TESSERA_INFERENCE_TOKEN = TOKEN
    rows, columns = np.mgrid[:200, :300]
    disc = (rows - 60) ** 2 + (columns - 220) ** 2 < 40**2
    pixels = np.where(disc[:, :, None], [200, 40, 30], [40, 150, 60])
    pixels = (pixels + np.random.default_rng(0).normal(0, 6, pixels.shape)).clip(0, 255).astype(np.uint8)
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(pixels)))
    exif = Image.Exif()
    exif[274] = 6
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=95, exif=exif)
    answer = api.post(
        f"/api/v1/projects/{project.pk}/assets",
        {"files": SimpleUploadedFile("disc.jpg", out.getvalue(), "image/jpeg")},
        format="multipart",
    )
    made: dict[str, Any] = answer.json()["results"][0]
    assert (made["width"], made["height"]) == (300, 200), made
    return {**made, "url": f"/api/v1/assets/{made['id']}/assist", "disc": disc}


def iou(answer: dict[str, Any], truth: Any) -> float:
    mask = geometry_to_mask({"mask": answer["mask"]}, *truth.shape).astype(bool)
    assert (geometry_to_mask({"polygons": answer["polygons"]}, *truth.shape).astype(bool) == mask).all()
    return float((mask & truth).sum() / (mask | truth).sum())


def test_a_click_finds_the_object_in_the_picture_as_it_is_displayed(api: Any, asset: dict[str, Any]) -> None:
    engines = api.get(f"{asset['url']}/engines").json()
    assert engines["chosen"] == "classical"
    assert {"name", "title", "available", "quality", "reason", "how"} <= set(engines["results"][0])
    prepared = api.post(f"{asset['url']}/prepare", {})
    assert prepared.status_code == 200 and prepared.json()["ready"] is True
    answer = api.post(asset["url"], {"points": [[220, 60, 1]]})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["engine"] == "classical" and 0 < body["score"] <= 1 and body["milliseconds"] > 0
    assert iou(body, asset["disc"]) > 0.8
    boxed = api.post(asset["url"], {"box": [175, 15, 90, 90], "engine": "classical"}).json()
    assert iou(boxed, asset["disc"]) > 0.8


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"points": [[1, 1, 1]] * 3 + [[301, 5, 1]]}, "points.3"),
        ({"points": [[1, -1, 1]]}, "points.0"),
        ({"points": [[1, 1, 2]]}, "points.0"),
        ({"points": [[1, 1]]}, "points.0"),
        ({"points": [[1, 1, 1]] * 65}, "points"),
        ({"points": [[1, 1, 0]]}, "points"),
        ({}, "points"),
        ({"box": [400, 0, 10, 10]}, "box"),
        ({"box": [0, 0, 0, 10]}, "box"),
        ({"points": [[1, 1, 1]], "engine": "crystal ball"}, "engine"),
    ],
)
def test_bad_clicks_are_named(api: Any, asset: dict[str, Any], body: Any, field: str) -> None:
    answer = api.post(asset["url"], body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == field


def test_without_a_server_it_says_what_to_do(api: Any, asset: dict[str, Any], settings: Any) -> None:
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"
    for answer in (api.post(asset["url"], {"points": [[1, 1, 1]]}), api.get(f"{asset['url']}/engines")):
        assert answer.status_code == 503 and "tessera up" in answer.json()["detail"]


def test_who_may_click(client_for: Any, other_api: Any, asset: dict[str, Any]) -> None:
    click = {"points": [[220, 60, 1]]}
    assert other_api.post(asset["url"], click).status_code == 404
    assert client_for("viewer").post(asset["url"], click).status_code == 403
    assert client_for("annotator").post(asset["url"], click).status_code == 200
