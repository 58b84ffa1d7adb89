from typing import Any

import pytest


@pytest.fixture
def make(project: Any) -> Any:
    """`make("a.jpg", tags=["x"])`: a row of the project, without bytes."""
    from projects.models import Asset

    def one(name: str, **fields: Any) -> Any:
        fields = {"project": project, "width": 10, "height": 10, **fields}
        return Asset.objects.create(name=name, **fields)

    return one


@pytest.fixture
def bulk(api: Any, project: Any) -> Any:
    """`bulk(set={"split": "val"}, ids=[…])`: what the change was answered with."""

    def send(status: int = 200, **body: Any) -> Any:
        if "ids" in body:
            body["ids"] = [str(key) for key in body["ids"]]
        answer = api.post(f"/api/v1/projects/{project.pk}/assets/bulk", body, format="json")
        assert answer.status_code == status, answer.json()
        return answer.json()

    return send


@pytest.fixture
def undo(api: Any) -> Any:
    def send(change: dict[str, Any], status: int = 200) -> Any:
        answer = api.post(f"/api/v1/undo/{change['undo']}")
        assert answer.status_code == status, answer.json()
        return answer.json()

    return send
