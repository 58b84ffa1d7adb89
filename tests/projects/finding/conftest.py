from typing import Any

import pytest


@pytest.fixture
def make(project: Any) -> Any:
    """`make("a.jpg", tags=["x"])`: a row of the project, without bytes."""
    from projects.models import Asset

    def one(name: str, **fields: Any) -> Any:
        return Asset.objects.create(name=name, **{"project": project, "width": 10, "height": 10, **fields})

    return one


@pytest.fixture
def names(api: Any, project: Any) -> Any:
    """`names(split="val")`: what the list finds, by name."""

    def find(**query: Any) -> list[str]:
        answer = api.get(f"/api/v1/projects/{project.pk}/assets", {"order": "name", **query})
        assert answer.status_code == 200, answer.json()
        return [row["name"] for row in answer.json()["results"]]

    return find
