from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests import s3


@pytest.fixture
def bucket(s3_url: str) -> Any:
    """A client and the name of a fresh bucket."""
    client, name = s3.client(s3_url), f"photos-{secrets.token_hex(4)}"
    client.create_bucket(Bucket=name)
    return client, name


@pytest.fixture
def url(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}/bucket-imports"
