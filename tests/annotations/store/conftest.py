from typing import Any

import pytest


@pytest.fixture
def asset(project: Any, classes: Any) -> Any:
    """An empty image row of 30×20 pixels; the store never opens the file."""
    from projects.models import Asset

    return Asset.objects.create(project=project, name="a.png", width=30, height=20)


@pytest.fixture
def url(asset: Any) -> str:
    return f"/api/v1/assets/{asset.pk}/annotations"


def box(label: str, x: float, y: float, w: float, h: float, **more: Any) -> dict[str, Any]:
    return {"class": label, "bbox": [x, y, w, h], **more}
