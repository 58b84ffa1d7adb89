"""What a role and a key's scopes allow, asked through the API."""

import pytest

from accounts.models import Role
from accounts.principals import ROLE_ACTIONS, Principal
from accounts.selectors import require
from core.errors import Forbidden, NotFound
from core.jobs import create_job

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


def test_only_an_administrators_key_makes_keys(client_for, workspace):
    url = f"/api/v1/workspaces/{workspace.pk}/api-keys"
    weak, strong = client_for("admin", ["read", "annotate"]), client_for("admin")
    assert weak.post(url, {"name": "x", "scopes": ["read"]}).status_code == 403
    assert strong.post(url, {"name": "x", "scopes": ["read"]}).status_code == 201


def test_key_that_may_only_look_destroys_nothing_of_its_owner(client_for, workspace):
    reader = client_for("engineer", ["read"])
    member = workspace.members.get(role="engineer")
    key = workspace.api_keys.get(user=member.user)
    job = create_job("test", workspace_id=workspace.pk, created_by=member.user)
    assert reader.delete(f"/api/v1/api-keys/{key.pk}").status_code == 403
    assert reader.delete(f"/api/v1/members/{member.pk}").status_code == 403
    assert reader.post(f"/api/v1/jobs/{job.pk}/cancel").status_code == 403
