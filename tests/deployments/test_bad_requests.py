"""Each bad request is told its own clear problem, and the next good one is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import ApiKey
from deployments.models import Deployment

IMAGE = b"\x89PNG of some sort"


@pytest.fixture
def url(deployment: Any) -> str:
    return f"/api/v1/deployments/{deployment['id']}/predict"


@pytest.fixture
def told(api: Any, url: str, inference: Any) -> Callable[..., str]:
    """The detail of a problem, once it is seen to be one and a good request is answered after it."""

    def check(answer: Any, status: int) -> str:
        assert answer.status_code == status, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert body["title"] and body["status"] == status
        asked = len(inference.predicted)
        assert api.post(url, IMAGE, content_type="image/png").status_code == 200
        assert len(inference.predicted) == asked + 1
        return str(body["detail"])

    return check


def test_an_empty_body(api: Any, url: str, told: Any, inference: Any) -> None:
    assert told(api.post(url, b"", content_type="image/jpeg"), 400) == "image: is empty"
    assert told(api.post(url, {"image": "data:image/png;base64,"}), 400) == "image: is empty"


def test_base64_with_garbage(api: Any, url: str, told: Any) -> None:
    for text in ("aGk=!", "aGk", "aGk=\u00e9", "data:image/png;base64,%%%", "a" * 5):
        assert told(api.post(url, {"image": text}), 400) == "image: is not base64"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/",
        "http://[::1]/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0.0.0.0/",
    ],
)
def test_an_address_of_our_own_network(api: Any, url: str, told: Any, address: str) -> None:
    answer = api.post(url, {"image": {"url": address}})
    assert told(answer, 400) == "image.url: leads to an address that is not public"
    assert answer.json()["errors"][0]["field"] == "image.url"


def test_no_key_a_wrong_one_and_a_revoked_one(anonymous: Any, client_for: Any, url: str, told: Any) -> None:
    assert "API key" in told(anonymous.post(url, IMAGE, content_type="image/png"), 401)
    wrong = anonymous.post(url, IMAGE, content_type="image/png", HTTP_AUTHORIZATION="Bearer tsr_nobodys")
    assert told(wrong, 401) == "This API key is not known."
    client = client_for("engineer")
    assert client.post(url, IMAGE, content_type="image/png").status_code == 200
    key = ApiKey.objects.order_by("-created_at").first()
    assert key is not None
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=key.created_at)
    assert told(client.post(url, IMAGE, content_type="image/png"), 401) == "This API key was revoked."


def test_a_key_without_the_scope_and_one_of_another_workspace(
    client_for: Any, other_api: Any, url: str, told: Any
) -> None:
    reader = client_for("engineer", ["read"])
    assert "scope for 'predict'" in told(reader.post(url, IMAGE, content_type="image/png"), 403)
    assert "no deployment" in told(other_api.post(url, IMAGE, content_type="image/png"), 404)


def test_a_stopped_deployment(api: Any, url: str) -> None:
    Deployment.objects.update(status="stopped")
    answer = api.post(url, IMAGE, content_type="image/png")
    assert answer.status_code == 409 and "is stopped; start it first" in answer.json()["detail"]


def test_an_over_long_queue(api: Any, url: str, inference: Any, told: Any) -> None:
    problem = {"title": "Too many requests", "status": 429, "detail": "64 images wait."}
    good = inference.answer
    inference.answer = (429, problem, {"Content-Type": "application/problem+json", "Retry-After": "4"})
    answer = api.post(url, IMAGE, content_type="image/png")
    inference.answer = good
    assert told(answer, 429) == "64 images wait." and answer["Retry-After"] == "4"


def test_a_body_that_is_no_image_by_its_own_account(api: Any, url: str, told: Any) -> None:
    assert "text/plain" in told(api.post(url, b"hello", content_type="text/plain"), 415)
    assert told(api.post(url, b"{", content_type="application/json"), 400)
    assert told(api.post(url, b"x", content_type="multipart/form-data"), 400)
