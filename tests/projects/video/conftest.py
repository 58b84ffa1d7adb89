"""A project for videos, and real files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.shared import shared

FILES = shared("video")


@pytest.fixture(autouse=True)
def _frames_of_its_own(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Every test decodes for itself, and its processes go with it."""
    settings.TESSERA_FRAME_CACHE_DIR = tmp_path / "frames"
    yield
    from projects.services import frames

    frames._pool.close()


@pytest.fixture
def project(principal: Any, workspace: Any) -> Any:
    from projects.services.projects import create_project

    return create_project(principal, workspace, name="Streets", task="semantic", media="video")


@pytest.fixture
def send(api: Any, project: Any) -> Callable[..., list[dict[str, Any]]]:
    """`send(("a.mp4", bytes), …)`: what became of each file at once."""

    def upload(*files: tuple[str, bytes], to: Any = None) -> list[dict[str, Any]]:
        named = [SimpleUploadedFile(name, content) for name, content in files]
        url = f"/api/v1/projects/{(to or project).pk}/assets"
        answer = api.post(url, {"files": named}, format="multipart")
        assert answer.status_code == 201, answer.json()
        return answer.json()["results"]

    return upload


@pytest.fixture
def ready(send: Any, run_jobs: Any, api: Any) -> Callable[[str, bytes], dict[str, Any]]:
    """`ready("a.mp4", bytes)`: the asset as the API shows it once its job is done."""

    def upload(name: str, content: bytes) -> dict[str, Any]:
        (result,) = send((name, content))
        run_jobs()
        return api.get(f"/api/v1/assets/{result['id']}").json()

    return upload
