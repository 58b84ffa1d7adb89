"""The public endpoint: an image in any form goes in whole, the server's answer comes out untouched."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deployments import image_input
from deployments.models import Deployment
from tests.deployments.conftest import ANSWER

IMAGE = b"\x89PNG of some sort"


@pytest.fixture
def url(deployment: Any) -> str:
    return f"/api/v1/deployments/{deployment['id']}/predict"


def received(inference: Any) -> bytes:
    return bytes(inference.predicted[-1][1])


def test_a_file_as_multipart(api: Any, url: str, inference: Any) -> None:
    answer = api.post(url, {"image": SimpleUploadedFile("a.png", IMAGE)}, format="multipart")
    assert answer.status_code == 200 and answer.json() == ANSWER
    assert answer["Content-Type"] == "application/json"
    assert received(inference) == IMAGE


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "application/octet-stream"])
def test_a_raw_body(api: Any, url: str, inference: Any, content_type: str) -> None:
    assert api.post(url, IMAGE, content_type=content_type).status_code == 200
    assert received(inference) == IMAGE


@pytest.mark.parametrize("before", ["", "data:image/png;base64,"])
def test_base64_in_json(api: Any, url: str, inference: Any, before: str) -> None:
    assert api.post(url, {"image": before + base64.b64encode(IMAGE).decode()}).status_code == 200
    assert received(inference) == IMAGE


def test_a_url_in_json(api: Any, url: str, inference: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_input, "fetch", lambda address, field: IMAGE if "a.png" in address else b"")
    assert api.post(url, {"image": {"url": "https://example.com/a.png"}}).status_code == 200
    assert received(inference) == IMAGE


def test_a_picture_is_answered_to_who_asks_for_one(api: Any, url: str, inference: Any) -> None:
    inference.answer = (200, IMAGE, {"Content-Type": "image/png"})
    answer = api.post(f"{url}?output=overlay", IMAGE, content_type="image/jpeg", HTTP_ACCEPT="image/png")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png" and answer.content == IMAGE
    assert inference.headers[-1]["Accept"] == "image/png"
    missing = api.post(url, b"", content_type="image/jpeg", HTTP_ACCEPT="image/png")
    assert (missing.status_code, missing["Content-Type"]) == (400, "application/problem+json")


def test_the_query_goes_with_it(api: Any, url: str, inference: Any) -> None:
    api.post(f"{url}?output=polygons,png&threshold=0.5&classes=a&classes=b", IMAGE, content_type="image/png")
    assert inference.predicted[-1][0].endswith("?output=polygons%2Cpng&threshold=0.5&classes=a&classes=b")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"image": ""},
        {"image": 3},
        {"image": "no base64!"},
        {"image": {"uri": "x"}},
        {"image": {"url": 3}},
        [],
    ],
)
def test_no_image_is_a_problem_naming_it(api: Any, url: str, inference: Any, body: Any) -> None:
    answer = api.post(url, body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == ["image"]
    assert inference.predicted == []


def test_other_bodies_that_hold_no_image(api: Any, url: str) -> None:
    assert api.post(url, b"", content_type="image/png").status_code == 400
    assert api.post(url, {"file": SimpleUploadedFile("a.png", IMAGE)}, format="multipart").status_code == 400
    assert api.post(url, {"image": SimpleUploadedFile("a.png", b"")}, format="multipart").status_code == 400
    assert api.post(url, b"{", content_type="application/json").status_code == 400
    half = b'{"image": {"url": "https://a\\ud800.example/"}}'
    assert api.post(url, half, content_type="application/json").status_code == 422
    assert api.post(url, b"x", content_type="text/plain").status_code == 415
    assert api.post(url, {"image": "aGk=", "colour": 1}).json()["errors"][0]["field"] == "colour"


def test_too_large_an_image_is_refused(api: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_input, "MOST_BYTES", 10)
    assert api.post(url, b"x" * 11, content_type="image/png").status_code == 413
    file = SimpleUploadedFile("a.png", b"x" * 11)
    assert api.post(url, {"image": file}, format="multipart").status_code == 413
    monkeypatch.setattr(image_input, "MOST_REQUEST_BYTES", 20)
    assert api.post(url, b"x" * 21, content_type="image/png").status_code == 413


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_problems_of_the_server_pass_through(api: Any, url: str, inference: Any, status: int) -> None:
    problem = {"title": "No image", "status": status}
    inference.answer = (status, problem, {"Content-Type": "application/problem+json"})
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == status and answer.json() == problem
    assert answer["Content-Type"] == "application/problem+json"


def test_a_full_queue_says_when_to_come_again(api: Any, url: str, inference: Any) -> None:
    inference.answer = (429, {"title": "Too many"}, {"Retry-After": "3"})
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == 429 and answer["Retry-After"] == "3"


def test_a_stopped_deployment_is_a_conflict(api: Any, url: str, inference: Any) -> None:
    Deployment.objects.update(status="stopped")
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == 409 and "stopped" in answer.json()["detail"]
    assert inference.predicted == []


def test_a_deployment_that_is_loading_is_not_available_yet(api: Any, url: str, inference: Any) -> None:
    inference.models.clear()
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == 503 and "starting" in answer.json()["detail"]
    Deployment.objects.update(status="failed", error={"title": "t", "detail": "weights", "hint": "h"})
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == 409 and "weights" in answer.json()["detail"]


def test_a_server_that_is_away_is_unavailable(api: Any, url: str, settings: Any) -> None:
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"
    assert api.post(url, IMAGE, content_type="image/png").status_code == 503


def test_a_server_with_another_token_is_unavailable(api: Any, url: str, inference: Any) -> None:
    inference.answer = (401, {"title": "Send the token"}, {})
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == 503 and "tokens differ" in answer.json()["detail"]
