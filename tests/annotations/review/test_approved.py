"""What is approved is edited by who may reopen it; what was rejected is in progress with the next edit."""

import uuid

import pytest

from core.models import Event
from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def shape(classes):
    return {"class": classes["cat"], "bbox": [1, 1, 5, 5]}


def edits(client, asset, shape, revision):
    """Every way to change the shapes of an asset by hand: its answers."""
    where = f"/api/v1/assets/{asset.pk}"
    match = {"headers": {"If-Match": str(revision)}, "format": "json"}
    operation = {"op": str(uuid.uuid4()), "create": [{"id": str(uuid.uuid4()), **shape}]}
    yield client.patch(f"{where}/annotations", {"create": [shape]}, **match)
    yield client.put(f"{where}/annotations", {"results": []}, **match)
    yield client.post(f"{where}/restore", {"revision": 0}, **match)
    yield client.post(f"{where}/changes", operation, format="json")


def test_an_annotator_is_told_whom_to_ask(api, member, asset, shape):
    where = f"/api/v1/assets/{asset.pk}/annotations"
    api.patch(where, {"create": [shape]}, format="json", headers={"If-Match": "0"})
    Asset.objects.update(review="approved")
    _, client = member("annotator", "Anna")
    for answer in edits(client, asset, shape, 1):
        assert answer.status_code == 409
        assert "ask a reviewer to reopen" in answer.data["detail"]
    assert api.get(where).data["revision"] == 1


def test_what_had_landed_before_is_answered_the_same(member, asset, shape):
    _, client = member("annotator", "Anna")
    where = f"/api/v1/assets/{asset.pk}/changes"
    operation = {"op": str(uuid.uuid4()), "create": [{"id": str(uuid.uuid4()), **shape}]}
    answer = client.post(where, operation, format="json")
    Asset.objects.update(review="approved")
    # The answer was lost on the way, and the client asks again.
    again = client.post(where, operation, format="json")
    assert again.status_code == 200 and again.json() == answer.json()


def test_a_reviewer_mends_it_and_it_stays_approved(member, asset, shape):
    Asset.objects.update(review="approved")
    _, client = member("reviewer", "Rita")
    where = f"/api/v1/assets/{asset.pk}/annotations"
    assert (
        client.patch(where, {"create": [shape]}, format="json", headers={"If-Match": "0"}).status_code == 200
    )
    asset.refresh_from_db()
    assert asset.review == "approved"


def test_an_import_begins_again_what_was_rejected(principal, project, asset, classes):
    from annotations.services.landing import Draft, land

    Asset.objects.update(review="rejected")
    label = uuid.UUID(classes["cat"])
    draft = Draft(label, "bbox", [1, 1, 5, 5], [1, 1, 5, 5], 25, 0, None, None, {})
    land(project, principal.user, [(asset.pk, [draft])])
    asset.refresh_from_db()
    assert asset.review == "in_progress"
    assert asset.events.get().detail == {"from": "rejected", "to": "in_progress"}


def test_rejected_is_in_progress_with_the_next_edit(member, asset, shape):
    Asset.objects.update(review="rejected")
    _, client = member("annotator", "Anna")
    client.patch(
        f"/api/v1/assets/{asset.pk}/annotations",
        {"create": [shape]},
        format="json",
        headers={"If-Match": "0"},
    )
    asset.refresh_from_db()
    assert asset.review == "in_progress"
    told = Event.objects.get(topic=f"asset:{asset.pk}", type="review")
    assert told.payload["review"] == "in_progress"
