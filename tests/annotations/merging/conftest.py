import uuid
from typing import Any

import pytest

from tests.annotations.store.conftest import asset, box, url

__all__ = ["asset", "box", "url"]


def fresh(label: str, x: float = 1, y: float = 1, **more: Any) -> dict[str, Any]:
    """A box with an id, as a client makes it."""
    return box(label, x, y, 5, 5, id=str(uuid.uuid4()), **more)


@pytest.fixture
def send(asset: Any) -> Any:
    """Send an operation as somebody; a fresh id unless one is given."""

    def post(client: Any, op: str | None = None, **items: Any) -> Any:
        return client.post(f"/api/v1/assets/{asset.pk}/changes", {"op": op or str(uuid.uuid4()), **items})

    return post


@pytest.fixture
def other(client_for: Any) -> Any:
    """A second person in the same image."""
    return client_for("annotator")
