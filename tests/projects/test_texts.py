"""Texts that no database holds are refused with the name of their field."""

import json

import pytest

pytestmark = pytest.mark.django_db

BAD = ["a\\u0000b", "a\\ud800"]


@pytest.fixture
def asset(project):
    from projects.models import Asset

    return Asset.objects.create(project=project, name="a.png", width=30, height=20)


@pytest.mark.parametrize("text", BAD)
def test_texts_of_projects_classes_assets_and_versions(api, workspace, project, asset, text):
    one, many = f"/api/v1/projects/{project.pk}", f"/api/v1/assets/{asset.pk}"
    new = {"workspace": str(workspace.pk), "name": "ok"}
    for method, url, body, field in (
        ("POST", "/api/v1/projects", {**new, "name": "@"}, "name"),
        ("POST", "/api/v1/projects", {**new, "description": "@"}, "description"),
        ("PATCH", one, {"name": "@"}, "name"),
        ("PATCH", one, {"description": "@"}, "description"),
        ("POST", f"{one}/classes", {"name": "@"}, "name"),
        ("POST", f"{one}/classes", {"name": "ok", "description": "@"}, "description"),
        ("PATCH", many, {"name": "@"}, "name"),
        ("PATCH", many, {"tags": ["ok", "@"]}, "tags.1"),
        ("POST", f"{one}/assets/bulk", {"ids": [str(asset.pk)], "set": {"tags": ["@"]}}, "set.tags.0"),
        ("POST", f"{one}/snapshots", {"name": "@"}, "name"),
    ):
        sent = json.dumps(body).replace("@", text)
        answer = api.generic(method, url, sent, "application/json")
        assert answer.status_code == 400, (url, body, answer.content)
        assert answer.json()["errors"][0]["field"] == field


def test_hotkeys(api, project):
    for text in ("\\u0000", "\\ud800"):
        sent = f'{{"name": "ok", "hotkey": "{text}"}}'
        answer = api.generic("POST", f"/api/v1/projects/{project.pk}/classes", sent, "application/json")
        assert answer.status_code == 400
