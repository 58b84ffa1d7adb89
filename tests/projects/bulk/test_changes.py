"""Changing many assets by ids or filters."""

import pytest

from projects.models import Asset, AssetEvent

pytestmark = pytest.mark.django_db


def test_filters_choose_whom_a_change_means(bulk, make):
    make("a.jpg", split="train")
    make("b.jpg", split="val")
    make("c.jpg")

    assert bulk(filters={"split": "train,none"}, set={"split": "test"})["changed"] == 2
    assert sorted(Asset.objects.filter(split="test").values_list("name", flat=True)) == ["a.jpg", "c.jpg"]


def test_no_filters_mean_every_asset(bulk, make):
    make("a.jpg")
    make("b.jpg")

    assert bulk(filters={}, set={"review": "approved"})["changed"] == 2


def test_an_unknown_filter_changes_nothing(bulk, make):
    make("a.jpg")

    assert bulk(400, filters={"splitt": "train"}, delete=True)["errors"][0]["field"] == "splitt"
    assert Asset.objects.count() == 1


def test_tags_are_added_and_removed(bulk, make):
    one, other = make("a.jpg", tags=["day", "wet"]), make("b.jpg")

    assert bulk(ids=[one.pk, other.pk], add_tags=["new", "day"], remove_tags=["wet"])["changed"] == 2
    assert Asset.objects.get(pk=one.pk).tags == ["day", "new"]
    assert Asset.objects.get(pk=other.pk).tags == ["day", "new"]


def test_who_is_that_way_already_is_not_changed(bulk, make):
    one = make("a.jpg", split="val")

    assert bulk(ids=[one.pk], set={"split": "val"}) == {"changed": 0, "undo": None, "notes": []}


def test_too_many_tags_are_refused(bulk, make):
    one = make("a.jpg", tags=[f"{number:02}" for number in range(50)])

    assert bulk(400, ids=[one.pk], add_tags=["more"])["errors"][0]["field"] == "add_tags"


def test_reviews_are_steps_of_their_history(bulk, make, undo):
    one = make("a.jpg", review="in_review")
    change = bulk(ids=[one.pk], set={"review": "approved", "note": "good"})
    undo(change)

    steps = AssetEvent.objects.filter(asset=one).order_by("created_at").values_list("detail", flat=True)
    assert [step["to"] for step in steps] == ["approved", "in_review"]


def test_annotators_neither_delete_nor_move(client_for, project, make):
    one = make("a.jpg")
    url = f"/api/v1/projects/{project.pk}/assets/bulk"

    for change in ({"delete": True}, {"restore": True}, {"move_to": str(project.pk)}):
        body = {"ids": [str(one.pk)], **change}
        assert client_for("annotator").post(url, body, format="json").status_code == 403


def test_twins_go_together_although_the_last_one_has_none_by_then(bulk, make, monkeypatch):
    from projects.services import bulk as services

    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(3):
        make(f"{number}.jpg", phash=1)
    make("other.jpg", phash=-1)

    assert bulk(filters={"duplicates": "true"}, delete=True)["changed"] == 3
    assert Asset.objects.get().name == "other.jpg"
