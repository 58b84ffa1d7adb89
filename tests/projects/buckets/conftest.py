from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests import s3


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with s3.s3_server() as url:
        yield url


@pytest.fixture
def bucket(server: str) -> Any:
    """A client and the name of a fresh bucket."""
    client, name = s3.client(server), f"photos-{secrets.token_hex(4)}"
    client.create_bucket(Bucket=name)
    return client, name


@pytest.fixture
def url(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}/bucket-imports"
