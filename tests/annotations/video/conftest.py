from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def video(project: Any) -> Any:
    """A video of ten frames, as rows know it."""
    from projects.models import Asset

    fields = {"media": "video", "frames": 10, "fps": 10.0, "duration": 1.0}
    return Asset.objects.create(project=project, name="a.mp4", width=40, height=30, **fields)


@pytest.fixture
def patch(api: Any) -> Callable[..., Any]:
    def make(asset: Any, revision: int = 0, **body: Any) -> Any:
        where = f"/api/v1/assets/{asset.pk}/annotations"
        return api.patch(where, body, format="json", headers={"If-Match": str(revision)})

    return make
