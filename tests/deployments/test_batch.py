"""Several images in one request: answers in their order, and what is wrong with one is said of that one."""

from __future__ import annotations

import base64
import threading
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deployments import image_input
from deployments.models import Deployment
from deployments.services import batches

PROBLEM = {"Content-Type": "application/problem+json"}


@pytest.fixture
def url(deployment: Any) -> str:
    return f"/api/v1/deployments/{deployment['id']}/predict/batch"


@pytest.fixture
def echo(inference: Any) -> Any:
    """Every image is answered with its own bytes; those that begin with `bad` are none."""

    def answer(body: bytes) -> tuple[int, Any, dict[str, str]]:
        if body.startswith(b"bad"):
            return 422, {"title": "It cannot be used", "status": 422, "detail": "no image"}, PROBLEM
        return 200, {"id": body.decode(), "predictions": []}, {}

    inference.answers = answer
    return inference


def encoded(*images: str) -> dict[str, Any]:
    return {"images": [base64.b64encode(image.encode()).decode() for image in images]}


def test_files_are_answered_in_their_order(api: Any, url: str, echo: Any) -> None:
    names = [f"image {number}" for number in range(20)]
    files = [SimpleUploadedFile("same.png", name.encode()) for name in names]
    answer = api.post(url, {"images": files}, format="multipart")
    assert answer.status_code == 200, answer.content
    assert [item["prediction"]["id"] for item in answer.json()["results"]] == names


def test_files_larger_than_memory_holds_them_are_read_in_their_order_too(
    api: Any, url: str, echo: Any, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    names = [f"image {number}" * 50 for number in range(8)]
    files = [SimpleUploadedFile("same.png", name.encode()) for name in names]
    answer = api.post(url, {"images": files}, format="multipart")
    assert [item["prediction"]["id"] for item in answer.json()["results"]] == names


def test_the_query_goes_with_every_image(api: Any, url: str, echo: Any) -> None:
    api.post(f"{url}?output=png&tiles=auto", encoded("a", "b"))
    assert [path.partition("?")[2] for path, _ in echo.predicted] == ["output=png&tiles=auto"] * 2


def test_good_and_bad_images_together(api: Any, url: str, echo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_input, "MOST_BYTES", 100)
    good = encoded("one", "bad", "two", "three" * 50)["images"]
    bad = ["no base64!", "", 3, {"url": "http://127.0.0.1/"}, {"path": "/etc/passwd"}]
    results = api.post(url, {"images": [*good, *bad]}).json()["results"]
    assert [next(iter(item)) for item in results] == ["prediction", "error", "prediction", *["error"] * 6]
    statuses = [item["error"]["status"] for item in results if "error" in item]
    assert statuses == [422, 413, 400, 400, 400, 400, 400]
    fields = [item["error"]["errors"][0]["field"] for item in results[4:]]
    assert fields == ["images.4", "images.5", "images.6", "images.7.url", "images.8"]


@pytest.mark.parametrize("number", [0, 65])
def test_the_number_of_images_is_bounded(api: Any, url: str, echo: Any, number: int) -> None:
    answer = api.post(url, encoded(*["x"] * number))
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "images"
    assert "1 to 64" in answer.json()["detail"] and echo.predicted == []


@pytest.mark.parametrize("body", [{}, [], {"images": "x"}, {"images": ["eA=="], "more": 1}])
def test_no_list_of_images_is_a_problem_naming_it(api: Any, url: str, echo: Any, body: Any) -> None:
    answer = api.post(url, body)
    assert answer.status_code == 400 and answer.json()["errors"], answer.content


def test_too_long_a_body_is_refused(api: Any, url: str, echo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.image_input.MOST_REQUEST_BYTES", 200)
    assert api.post(url, encoded("x" * 200)).status_code == 413
    monkeypatch.setattr("deployments.image_input.MOST_BATCH_BYTES", 300)
    files = [SimpleUploadedFile("a.png", b"x" * 300)]
    assert api.post(url, {"images": files}, format="multipart").status_code == 413
    assert api.post(url, b"x", content_type="image/png").status_code == 415


def test_an_unknown_parameter_is_the_request_s_fault(api: Any, url: str, inference: Any) -> None:
    inference.answer = (400, {"title": "The input is not valid", "status": 400}, PROBLEM)
    answer = api.post(f"{url}?colour=1", encoded("a", "b"))
    assert answer.status_code == 400 and answer.json() == inference.answer[1]


def test_a_busy_server_is_waited_for(api: Any, url: str, inference: Any) -> None:
    asked: list[bytes] = []

    def answer(body: bytes) -> tuple[int, Any, dict[str, str]]:
        asked.append(body)
        if asked.count(body) == 1:
            return 429, {"title": "Too many requests", "status": 429}, {**PROBLEM, "Retry-After": "1"}
        return 200, {"id": body.decode()}, {}

    inference.answers = answer
    results = api.post(url, encoded("a", "b")).json()["results"]
    assert [item["prediction"]["id"] for item in results] == ["a", "b"]


def test_a_server_that_stays_busy_says_when_to_come_again(
    api: Any, url: str, inference: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SECONDS", 0.5)
    inference.answer = (429, {"title": "Too many requests"}, {**PROBLEM, "Retry-After": "7"})
    answer = api.post(url, encoded("a", "b"))
    assert answer.status_code == 429 and answer["Retry-After"] == "7"


def test_a_batch_leaves_room_for_others(api: Any, url: str, inference: Any) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def answer(body: bytes) -> tuple[int, Any, dict[str, str]]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return 200, {"id": body.decode()}, {}

    inference.answers = answer
    assert len(api.post(url, encoded(*map(str, range(24)))).json()["results"]) == 24
    assert most[0] == batches.AT_ONCE


def test_a_deployment_that_does_not_answer_fails_the_batch(
    api: Any, other_api: Any, url: str, inference: Any, settings: Any
) -> None:
    assert other_api.post(url, encoded("a")).status_code == 404
    inference.models.clear()
    assert api.post(url, encoded("a", "b")).status_code == 503
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"
    assert api.post(url, encoded("a", "b")).status_code == 503
    Deployment.objects.update(status="stopped")
    answer = api.post(url, encoded("a"))
    assert answer.status_code == 409 and "stopped" in answer.json()["detail"]
