"""Inviting, joining, changing roles; a workspace never loses its last owner."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Invitation

pytestmark = pytest.mark.django_db


def test_invitation_makes_a_member_once(api, workspace):
    cache.clear()
    url = f"/api/v1/workspaces/{workspace.pk}/invitations"
    invitation = api.post(url, {"email": "Ann@example.com", "role": "annotator"}).json()
    body = {"token": invitation["token"], "password": "correct horse", "name": "Ann"}
    browser = APIClient()
    joined = browser.post("/api/v1/invitations/accept", body)
    assert joined.status_code == 200
    assert joined.json()["workspaces"][0]["role"] == "annotator"
    assert browser.post("/api/v1/invitations/accept", body).status_code == 404
    assert api.get(url).json()["results"][0]["token"] is None


def test_last_owner_stays(api, workspace):
    member = workspace.members.get()
    assert api.patch(f"/api/v1/members/{member.pk}", {"role": "admin"}).status_code == 409
    assert api.delete(f"/api/v1/members/{member.pk}").status_code == 409


def test_admin_cannot_touch_owners(client_for, workspace):
    admin = client_for("admin")
    owner = workspace.members.get(role="owner")
    assert admin.delete(f"/api/v1/members/{owner.pk}").status_code == 403
    mine = workspace.members.get(role="admin")
    assert admin.patch(f"/api/v1/members/{mine.pk}", {"role": "owner"}).status_code == 403


def test_invitation_can_be_withdrawn_and_grows_old(api, workspace):
    cache.clear()
    url = f"/api/v1/workspaces/{workspace.pk}/invitations"
    first = api.post(url, {"email": "ann@example.com", "role": "annotator"}).json()
    assert api.delete(f"/api/v1/invitations/{first['id']}").status_code == 204
    body = {"token": first["token"], "password": "correct horse"}
    assert APIClient().post("/api/v1/invitations/accept", body).status_code == 404
    second = api.post(url, {"email": "ann@example.com", "role": "annotator"}).json()
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=15))
    body["token"] = second["token"]
    assert APIClient().post("/api/v1/invitations/accept", body).status_code == 404


def test_leaving_ends_ones_keys(client_for, workspace):
    viewer = client_for("viewer")
    member = workspace.members.get(role="viewer")
    browser = APIClient()
    browser.force_login(member.user)
    assert browser.delete(f"/api/v1/members/{member.pk}").status_code == 204
    assert viewer.get("/api/v1/workspaces").status_code == 401


def test_deeds_are_audited(api, workspace):
    api.patch(f"/api/v1/workspaces/{workspace.pk}", {"name": "Renamed"})
    actions = [e["action"] for e in api.get(f"/api/v1/workspaces/{workspace.pk}/audit").json()["results"]]
    assert "workspace.rename" in actions
    assert "workspace.rename" in [e["action"] for e in api.get("/api/v1/events").json()["results"]]
