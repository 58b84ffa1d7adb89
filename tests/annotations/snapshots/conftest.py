import io
import uuid
from typing import Any

import pytest
from PIL import Image


@pytest.fixture
def photo(principal: Any, project: Any) -> Any:
    """`photo("a.png", 7)`: an asset with real bytes, a grey PNG of 30×20."""
    from projects.services.assets import add_asset

    def make(name: str, grey: int, **more: Any) -> Any:
        file = io.BytesIO()
        Image.new("L", (30, 20), grey).save(file, "PNG")
        return add_asset(project, name, file.getvalue(), created_by=principal.user, **more).asset

    return make


@pytest.fixture
def draw(principal: Any, classes: Any) -> Any:
    """`draw(asset, "cat")`: one more box of a class."""
    from annotations.services import store

    def make(asset: Any, name: str = "cat", x: float = 1) -> Any:
        shape = {"class": uuid.UUID(classes[name]), "bbox": [x, 2, 5, 4]}
        return store.patch(principal, asset, asset.revision, create=[shape], update=[], delete=[])

    return make


@pytest.fixture
def url(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}/snapshots"
