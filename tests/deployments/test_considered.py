"""Images that callers send are considered as samples; those of jobs, which lie here already, are not."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from core.storage import storage
from deployments.services import sampling
from tests.deployments.bulk import answer_with_squirrel, picture


@pytest.fixture
def considered(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    images: list[bytes] = []
    monkeypatch.setattr(sampling, "consider", lambda deployment, version, image, answer: images.append(image))
    return images


@pytest.fixture
def url(deployment: Any, inference: Any) -> str:
    inference.answers = answer_with_squirrel
    return f"/api/v1/deployments/{deployment['id']}"


def test_one_image_and_each_of_a_batch(api: Any, url: str, considered: list[bytes]) -> None:
    one, two = picture(), picture(20)
    api.post(f"{url}/predict", one, content_type="image/png")
    api.post(f"{url}/predict", b"bad", content_type="image/png")
    assert considered == [one]
    images = [base64.b64encode(image).decode() for image in (one, b"bad", two)]
    api.post(f"{url}/predict/batch", {"images": images})
    assert sorted(considered[1:]) == sorted([one, two])


def test_a_picture_as_answer_says_nothing_to_keep(
    api: Any, url: str, inference: Any, considered: list[bytes]
) -> None:
    inference.answers = lambda body: (200, body, {"Content-Type": "image/png"})
    api.post(f"{url}/predict?output=png", picture(), content_type="image/png", HTTP_ACCEPT="image/png")
    assert considered == []


def test_images_of_jobs(
    api: Any, url: str, workspace: Any, inference: Any, run_jobs: Any, considered: list[bytes]
) -> None:
    storage.put(f"folders/{workspace.pk}/inbox/a.png", picture())
    api.post(f"{url}/jobs", {"folder": "inbox"})
    run_jobs()
    assert len(inference.predicted) == 1 and considered == []
    storage.delete_tree(f"folders/{workspace.pk}")
