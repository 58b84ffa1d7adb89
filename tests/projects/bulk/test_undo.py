"""Taking a bulk change back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import Asset, BulkChange

pytestmark = pytest.mark.django_db


def test_everything_is_what_it_was(bulk, undo, make, owner):
    one = make("a.jpg", split="train", tags=["x"], review="in_review")
    other = make("b.jpg")
    change = bulk(
        filters={},
        set={"split": "val", "review": "approved", "assignee": str(owner.pk)},
        add_tags=["y"],
    )

    assert undo(change) == {"restored": 2, "kept": [], "kept_count": 0}
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.split, one.tags, one.review, one.assignee) == ("train", ["x"], "in_review", None)
    assert (other.split, other.tags, other.review, other.assignee) == (None, [], "todo", None)


def test_what_was_changed_meanwhile_stays_and_is_told(bulk, undo, make):
    one, other = make("a.jpg"), make("b.jpg")
    change = bulk(ids=[one.pk, other.pk], set={"split": "val"})
    Asset.objects.filter(pk=one.pk).update(split="test")

    answer = undo(change)

    assert answer["restored"] == 1
    assert answer["kept"] == [{"asset": str(one.pk), "name": "a.jpg", "reason": "its split changed since"}]
    assert Asset.objects.get(pk=one.pk).split == "test"
    assert Asset.objects.get(pk=other.pk).split is None


def test_other_columns_may_have_changed(bulk, undo, make):
    one = make("a.jpg")
    change = bulk(ids=[one.pk], set={"split": "val"})
    Asset.objects.filter(pk=one.pk).update(tags=["new"])

    assert undo(change)["restored"] == 1
    assert Asset.objects.get(pk=one.pk).tags == ["new"]


def test_once_is_enough(bulk, undo, make):
    change = bulk(ids=[make("a.jpg").pk], set={"split": "val"})
    undo(change)

    assert "already" in undo(change, 409)["detail"]


def test_after_thirty_days_it_is_too_late(bulk, undo, make):
    change = bulk(ids=[make("a.jpg").pk], set={"split": "val"})
    BulkChange.objects.update(created_at=timezone.now() - timedelta(days=31))

    assert "30 days" in undo(change, 409)["detail"]


def test_others_undo_only_where_they_may_manage(bulk, make, client_for, other_api):
    url = f"/api/v1/undo/{bulk(ids=[make('a.jpg').pk], set={'split': 'val'})['undo']}"

    assert other_api.post(url).status_code == 404
    assert client_for("annotator").post(url).status_code == 403
    assert client_for("engineer").post(url).status_code == 200
