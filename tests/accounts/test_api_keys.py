"""Keys are shown once, stored hashed, and end when revoked."""

import pytest

from accounts.models import ApiKey

pytestmark = pytest.mark.django_db


def test_shown_once_and_stored_hashed(api, workspace):
    url = f"/api/v1/workspaces/{workspace.pk}/api-keys"
    created = api.post(url, {"name": "ci", "scopes": ["read"]}).json()
    assert created["key"].startswith(created["prefix"])
    listed = api.get(url).json()["results"]
    assert {row["key"] for row in listed} == {None}
    assert created["key"] not in str(list(ApiKey.objects.values()))


def test_revoked_key_is_refused_by_name(api, workspace, anonymous):
    url = f"/api/v1/workspaces/{workspace.pk}/api-keys"
    created = api.post(url, {"name": "ci", "scopes": ["read"]}).json()
    headers = {"HTTP_AUTHORIZATION": f"Bearer {created['key']}"}
    assert anonymous.get("/api/v1/workspaces", **headers).status_code == 200
    assert api.delete(f"/api/v1/api-keys/{created['id']}").status_code == 204
    answer = anonymous.get("/api/v1/workspaces", **headers)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]


def test_wrong_key(anonymous):
    assert anonymous.get("/api/v1/workspaces", HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401


def test_stranger_cannot_revoke(other_api, api, workspace):
    url = f"/api/v1/workspaces/{workspace.pk}/api-keys"
    created = api.post(url, {"name": "ci", "scopes": ["read"]}).json()
    assert other_api.delete(f"/api/v1/api-keys/{created['id']}").status_code == 404


def test_switched_off_owner(client_for, workspace):
    client = client_for("viewer")
    assert client.get("/api/v1/workspaces").status_code == 200
    workspace.members.get(role="viewer").user.__class__.objects.filter(memberships__role="viewer").update(
        is_active=False
    )
    assert client.get("/api/v1/workspaces").status_code == 401
