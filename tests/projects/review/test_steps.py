"""Who may take an asset from one state of review to the next, and who is told."""

import pytest

from accounts.models import AuditEntry
from core.models import Event
from projects.models import Asset, AssetEvent

pytestmark = pytest.mark.django_db
STATES = Asset.Review.values


def move(client, asset, to, **more):
    return client.patch(f"/api/v1/assets/{asset.pk}", {"review": to, **more}, format="json")


@pytest.mark.parametrize("role", ["annotator", "reviewer", "engineer", "admin"])
@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("before", STATES)
def test_judging_and_reopening_take_a_reviewer(member, assets, before, to, role):
    (asset,) = assets(1)
    Asset.objects.filter(pk=asset.pk).update(review=before)
    _, client = member(role, "Anna")
    judges = role != "annotator"
    needs = before != to and (to in ("approved", "rejected") or before == "approved")
    answer = move(client, asset, to)
    asset.refresh_from_db()
    if needs and not judges:
        assert answer.status_code == 403
        assert before in answer.data["detail"] and to in answer.data["detail"]
        assert asset.review == before
    else:
        assert answer.status_code == 200
        assert answer.data["review"] == asset.review == to


def test_a_viewer_changes_nothing(member, assets):
    (asset,) = assets(1)
    _, client = member("viewer", "Vera")
    assert move(client, asset, "in_review").status_code == 403


def test_a_step_is_kept_with_its_reason_and_told(member, assets):
    (asset,) = assets(1)
    user, client = member("reviewer", "Rita")
    assert move(client, asset, "rejected", note="The roof is missing.").status_code == 200
    (event,) = AssetEvent.objects.all()
    assert event.kind == "review" and event.actor == user
    assert event.detail == {"from": "todo", "to": "rejected", "note": "The roof is missing."}
    assert AuditEntry.objects.get(action="assets.review").detail["to"] == "rejected"
    told = Event.objects.get(topic=f"asset:{asset.pk}")
    assert told.type == "review"
    assert told.payload == {"review": "rejected", "assignee": None, "reviewer": None}
    assert Event.objects.filter(topic=f"project:{asset.project_id}", type="asset").exists()


def test_whose_work_it_is_is_kept_and_told(api, owner, member, assets):
    (asset,) = assets(1)
    anna, _ = member("annotator", "Anna")
    body = {"assignee": str(anna.pk), "reviewer": str(owner.pk)}
    assert api.patch(f"/api/v1/assets/{asset.pk}", body, format="json").status_code == 200
    assert AssetEvent.objects.filter(kind="assignment").count() == 2
    rows = AuditEntry.objects.filter(action="assets.assign")
    assert {row.detail["role"]: row.detail["to"]["id"] for row in rows} == body
    told = Event.objects.get(topic=f"asset:{asset.pk}")
    assert told.payload["assignee"]["name"] == "Anna" and told.payload["reviewer"]["id"] == str(owner.pk)


def test_a_reason_without_a_step_is_refused(api, assets, project):
    (asset,) = assets(1)
    answer = api.patch(f"/api/v1/assets/{asset.pk}", {"note": "Why."}, format="json")
    assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "note"
    body = {"ids": [str(asset.pk)], "set": {"note": "Why."}}
    answer = api.post(f"/api/v1/projects/{project.pk}/assets/bulk", body, format="json")
    assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "note"


def test_the_same_state_again_is_no_step(api, assets):
    (asset,) = assets(1)
    assert move(api, asset, "todo").status_code == 200
    assert not AssetEvent.objects.exists()


def test_many_get_their_people_at_once(api, member, assets, project):
    made = assets(3)
    anna, _ = member("annotator", "Anna")
    ids = [str(asset.pk) for asset in made[:2]]
    where = f"/api/v1/projects/{project.pk}/assets/bulk"
    body = {"ids": ids, "set": {"assignee": str(anna.pk), "review": "in_progress", "tags": ["b", "a"]}}
    assert api.post(where, body, format="json").data["changed"] == 2
    for asset in Asset.objects.filter(pk__in=ids):
        assert (asset.assignee, asset.review, asset.tags) == (anna, "in_progress", ["a", "b"])
    assert AssetEvent.objects.count() == 4
    assert AuditEntry.objects.get(action="assets.assign").detail["count"] == 2
    body = {"ids": ids, "set": {"assignee": None}}
    assert api.post(where, body, format="json").data["changed"] == 2
    assert not Asset.objects.exclude(assignee=None).exists()


def test_many_move_together_or_none(member, assets, project):
    first, second = assets(2)
    Asset.objects.filter(pk=second.pk).update(review="approved")
    _, client = member("annotator", "Anna")
    body = {"ids": [str(first.pk), str(second.pk)], "set": {"review": "in_review"}}
    answer = client.post(f"/api/v1/projects/{project.pk}/assets/bulk", body, format="json")
    assert answer.status_code == 403 and second.name in answer.data["detail"]
    first.refresh_from_db()
    assert first.review == "todo"
    _, client = member("reviewer", "Rita")
    assert client.post(f"/api/v1/projects/{project.pk}/assets/bulk", body, format="json").data["changed"] == 2
    assert set(Asset.objects.values_list("review", flat=True)) == {"in_review"}
    assert AssetEvent.objects.count() == 2
