"""Deleting is a move to the trash."""

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


def names(api, project, **query):
    answer = api.get(f"/api/v1/projects/{project.pk}/assets", query)
    assert answer.status_code == 200
    return sorted(row["name"] for row in answer.json()["results"])


def test_what_is_deleted_is_only_in_the_trash(api, project, bulk, make):
    one = make("a.jpg")
    make("b.jpg")
    bulk(ids=[one.pk], delete=True)

    assert names(api, project) == ["b.jpg"]
    assert names(api, project, deleted="true") == ["a.jpg"]
    assert api.get(f"/api/v1/assets/{one.pk}").json()["deleted_at"]
    assert api.get(f"/api/v1/assets/{one.pk}/annotations").status_code == 404
    assert api.patch(f"/api/v1/assets/{one.pk}", {"split": "val"}).status_code == 404


def test_its_name_is_free_and_it_gets_another_coming_back(api, project, bulk, undo, make):
    one = make("a.jpg")
    change = bulk(ids=[one.pk], delete=True)
    make("a.jpg")

    assert undo(change)["restored"] == 1
    assert names(api, project) == ["a (2).jpg", "a.jpg"]


def test_restored_by_filter_out_of_the_trash(api, project, bulk, make):
    bulk(ids=[make("a.jpg").pk, make("b.jpg").pk], delete=True)

    assert bulk(filters={"name": "a"}, restore=True)["changed"] == 1
    assert names(api, project) == ["a.jpg"]


def test_undoing_after_a_restore_has_nothing_to_do(bulk, undo, make):
    one = make("a.jpg")
    change = bulk(ids=[one.pk], delete=True)
    bulk(ids=[one.pk], restore=True)

    assert undo(change)["kept"][0]["reason"] == "it was taken out of the trash"


def test_a_project_goes_with_its_trash(api, project, bulk, make):
    bulk(ids=[make("a.jpg").pk], delete=True)

    assert api.delete(f"/api/v1/projects/{project.pk}").status_code == 204
    assert not Asset.everything.exists()


def test_counts_do_not_know_it(api, project, bulk, make):
    bulk(ids=[make("a.jpg", annotation_count=3).pk], delete=True)

    counts = api.get(f"/api/v1/projects/{project.pk}").json()["counts"]
    assert (counts["assets"], counts["annotated"], counts["annotations"]) == (0, 0, 0)
