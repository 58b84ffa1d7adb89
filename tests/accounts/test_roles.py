"""What a role and a key's scopes allow, asked through the API."""

import pytest

from accounts.models import Role
from accounts.principals import ROLE_ACTIONS, Principal
from accounts.selectors import require
from core.errors import Forbidden, NotFound

pytestmark = pytest.mark.django_db


def test_stranger_is_told_nothing(other_api, workspace):
    for path in ("", "/members", "/api-keys", "/audit", "/invitations", "/usage"):
        assert other_api.get(f"/api/v1/workspaces/{workspace.pk}{path}").status_code == 404


def test_only_admins_read_the_audit_and_invite(client_for, workspace):
    for role in Role.values:
        client = client_for(role)
        allowed = "admin" in ROLE_ACTIONS[role]
        expected = 200 if allowed else 403
        assert client.get(f"/api/v1/workspaces/{workspace.pk}/audit").status_code == expected
        body = {"email": f"{role}-new@example.com", "role": "viewer"}
        answer = client.post(f"/api/v1/workspaces/{workspace.pk}/invitations", body)
        assert answer.status_code == (201 if allowed else 403)


def test_key_is_narrower_than_its_owner(client_for, workspace, owner):
    client = client_for("admin", ["read"])
    answer = client.get(f"/api/v1/workspaces/{workspace.pk}/audit")
    assert answer.status_code == 403
    assert "scope" in answer.json()["detail"]


def test_train_scope_carries_managing(workspace, owner):
    from accounts import services

    key, _ = services.create_api_key(Principal(owner), workspace, "k", ["read", "train"])
    require(Principal(owner, key), workspace.pk, "manage")
    with pytest.raises(Forbidden):
        require(Principal(owner, key), workspace.pk, "annotate")


def test_key_opens_only_its_own_workspace(owner, workspace):
    from accounts import services

    second = services.create_workspace(Principal(owner), "Second")
    key, _ = services.create_api_key(Principal(owner), workspace, "k", ["admin"])
    with pytest.raises(NotFound):
        require(Principal(owner, key), second.pk, "read")


def test_key_cannot_make_a_stronger_key(client_for, workspace):
    client = client_for("admin", ["read", "annotate"])
    url = f"/api/v1/workspaces/{workspace.pk}/api-keys"
    assert client.post(url, {"name": "x", "scopes": ["admin"]}).status_code == 403
    assert client.post(url, {"name": "x", "scopes": ["read"]}).status_code == 201
