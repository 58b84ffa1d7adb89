"""Changing and removing assets, one and many."""

import uuid

import pytest

from accounts.models import AuditEntry
from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def assets(project):
    return [Asset.objects.create(project=project, name=f"{i}.png", width=9, height=9) for i in range(3)]


@pytest.fixture
def bulk(project):
    return f"/api/v1/projects/{project.pk}/assets/bulk"


def ids(assets):
    return [str(asset.pk) for asset in assets]


def test_one_asset_changes(api, assets):
    answer = api.patch(
        f"/api/v1/assets/{assets[0].pk}",
        {"split": "val", "tags": ["b", "a", "b"], "name": "new.png", "review": "approved"},
    )
    changed = answer.json()

    assert (changed["split"], changed["tags"], changed["name"]) == ("val", ["a", "b"], "new.png")
    assert changed["review"] == "approved"
    assert api.patch(f"/api/v1/assets/{assets[0].pk}", {"split": None}).json()["split"] is None


def test_a_taken_name_is_a_conflict(api, assets):
    answer = api.patch(f"/api/v1/assets/{assets[0].pk}", {"name": "1.png"})

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "name"


def test_unknown_values_are_refused_by_name(api, assets):
    answer = api.patch(f"/api/v1/assets/{assets[0].pk}", {"split": "holdout", "tags": "night"})

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"split", "tags"}


def test_many_change_together(api, bulk, assets):
    answer = api.post(bulk, {"ids": ids(assets[:2]), "set": {"split": "test", "tags": ["x"]}})

    assert answer.json()["changed"] == 2
    assert list(Asset.objects.order_by("name").values_list("split", flat=True)) == ["test", "test", None]


def test_many_go_together_and_the_audit_knows(api, bulk, assets):
    answer = api.post(bulk, {"ids": ids(assets[1:]), "delete": True})

    assert answer.json()["changed"] == 2
    assert [asset.name for asset in Asset.objects.all()] == ["0.png"]
    assert AuditEntry.objects.get(action="assets.delete").detail["count"] == 2


@pytest.mark.parametrize("change", [{"set": {"split": "val"}}, {"delete": True}])
def test_one_unknown_id_and_nothing_happens(api, bulk, assets, change):
    answer = api.post(bulk, {"ids": [*ids(assets), str(uuid.uuid4())], **change})

    assert answer.status_code == 404
    assert Asset.objects.filter(split=None).count() == 3


@pytest.mark.parametrize("body", [{}, {"set": {}}, {"set": {"split": "val"}, "delete": True}])
def test_a_bulk_request_says_one_thing(api, bulk, assets, body):
    assert api.post(bulk, {"ids": ids(assets), **body}).status_code == 400
    assert api.post(bulk, {"ids": [], **body}).status_code == 400


def test_deleting_takes_more_than_annotating(client_for, assets, bulk):
    annotator = client_for("annotator")

    assert annotator.patch(f"/api/v1/assets/{assets[0].pk}", {"split": "val"}).status_code == 200
    assert annotator.delete(f"/api/v1/assets/{assets[0].pk}").status_code == 403
    assert annotator.post(bulk, {"ids": ids(assets), "delete": True}).status_code == 403
    assert client_for("engineer").delete(f"/api/v1/assets/{assets[0].pk}").status_code == 204


def test_strangers_reach_nothing(other_api, assets, bulk):
    address = f"/api/v1/assets/{assets[0].pk}"

    assert other_api.get(address).status_code == 404
    assert other_api.patch(address, {"split": "val"}).status_code == 404
    assert other_api.delete(address).status_code == 404
    assert other_api.post(bulk, {"ids": ids(assets), "delete": True}).status_code == 404
