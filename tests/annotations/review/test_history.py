"""All that happened to an asset, in one list, page by page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_everything_in_one_list_newest_first(api, owner, asset, classes):
    where = f"/api/v1/assets/{asset.pk}"
    shape = {"class": classes["cat"], "bbox": [1, 1, 5, 5]}
    api.patch(f"{where}/annotations", {"create": [shape, shape]}, format="json", headers={"If-Match": "0"})
    api.patch(where, {"assignee": str(owner.pk)}, format="json")
    api.patch(where, {"review": "rejected", "note": "No roof."}, format="json")
    api.post(f"{where}/comments", {"text": "Look."}, format="json")
    api.post(f"{where}/restore", {"revision": 0}, format="json", headers={"If-Match": "1"})
    results = api.get(f"{where}/history").json()["results"]
    assert [each["kind"] for each in results] == [
        "annotations",
        "review",
        "comment",
        "review",
        "assignment",
        "annotations",
        "review",
    ]
    assert {each["actor"]["name"] for each in results} == {"Olive Owner"}
    restored, again, comment, review, assignment, drawn, begun = results
    assert (begun["from"], begun["to"]) == ("todo", "in_progress")
    assert (again["from"], again["to"]) == ("rejected", "in_progress")
    assert restored["restored"] == 0 and restored["deleted"] == 2 and restored["revision"] == 2
    assert comment["text"] == "Look."
    assert (review["from"], review["to"], review["note"]) == ("in_progress", "rejected", "No roof.")
    assert assignment["role"] == "assignee" and assignment["to"]["id"] == str(owner.pk)
    assert assignment["from"] is None
    assert (drawn["created"], drawn["updated"], drawn["deleted"]) == (2, 0, 0)
    assert drawn["revision"] == 1


def test_pages_follow_each_other_without_gap_or_twin(api, asset):
    where = f"/api/v1/assets/{asset.pk}"
    for number in range(4):
        api.post(f"{where}/comments", {"text": str(number)}, format="json")
        api.patch(where, {"review": ("in_review", "todo")[number % 2]}, format="json")
    whole = api.get(f"{where}/history").json()
    assert whole["next"] is None and len(whole["results"]) == 8
    found, address = [], f"{where}/history?limit=3"
    while address:
        page = api.get(address).json()
        assert len(page["results"]) <= 3
        found += page["results"]
        address = page["next"]
    assert found == whole["results"]


def test_a_foreign_cursor_is_named(api, asset, other_api):
    where = f"/api/v1/assets/{asset.pk}/history"
    answer = api.get(f"{where}?cursor=x")
    assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "cursor"
    assert other_api.get(where).status_code == 404


def test_changes_are_counted_without_being_read(api, asset, classes):
    where = f"/api/v1/assets/{asset.pk}"
    shape = {"class": classes["cat"], "bbox": [1, 1, 5, 5]}
    api.patch(f"{where}/annotations", {"create": [shape]}, format="json", headers={"If-Match": "0"})
    with CaptureQueriesContext(connection) as queries:
        assert api.get(f"{where}/history").json()["results"][0]["created"] == 1
    (query,) = [each["sql"] for each in queries if "annotations_annotationrevision" in each["sql"]]
    assert '"changes", "' not in query and '"refused", "' not in query


def test_any_revision_can_be_looked_at(api, asset, classes, other_api):
    where = f"/api/v1/assets/{asset.pk}"
    box = {"class": classes["cat"], "bbox": [1, 1, 5, 5]}
    first = api.patch(
        f"{where}/annotations",
        {"create": [box, {**box, "z": -1}]},
        format="json",
        headers={"If-Match": "0"},
    ).json()["results"]
    top = first[1]["id"]
    change = {"update": [{"id": top, "bbox": [2, 2, 9, 9]}], "delete": [first[0]["id"]]}
    api.patch(f"{where}/annotations", change, format="json", headers={"If-Match": "1"})
    now = api.get(f"{where}/annotations").json()["results"]

    def at(revision):
        return api.get(f"{where}/history/{revision}").json()

    assert at(0) == {"revision": 0, "results": [], "left_out": []}
    assert at(1) == {"revision": 1, "results": first, "left_out": []}
    assert at(2) == {"revision": 2, "results": now, "left_out": []}
    # Nothing was changed by looking.
    assert api.get(f"{where}/annotations").json() == {"revision": 2, "results": now}
    assert api.get(f"{where}/history/3").status_code == 404
    assert other_api.get(f"{where}/history/1").status_code == 404
    api.delete(f"/api/v1/classes/{classes['cat']}?annotations=delete")
    gone = at(1)
    assert gone["results"] == [] and set(gone["left_out"]) == {each["id"] for each in first}
