from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.fixture
def url(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}/assets"


@pytest.fixture
def upload(api: Any, url: str) -> Callable[..., list[dict[str, Any]]]:
    """`upload(("a.png", bytes), …)`: what became of each file."""

    def send(*files: tuple[str, bytes]) -> list[dict[str, Any]]:
        named = [SimpleUploadedFile(name, content) for name, content in files]
        answer = api.post(url, {"files": named}, format="multipart")
        assert answer.status_code == 201, answer.json()
        return answer.json()["results"]

    return send
