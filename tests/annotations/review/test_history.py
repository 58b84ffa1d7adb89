"""All that happened to an asset, in one list, page by page."""

import pytest

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
        "comment",
        "review",
        "assignment",
        "annotations",
    ]
    assert {each["actor"]["name"] for each in results} == {"Olive Owner"}
    restored, comment, review, assignment, drawn = results
    assert restored["restored"] == 0 and restored["deleted"] == 2 and restored["revision"] == 2
    assert comment["text"] == "Look."
    assert (review["from"], review["to"], review["note"]) == ("in_progress", "rejected", "No roof.")
    assert assignment["role"] == "assignee" and assignment["to"]["id"] == str(owner.pk)
    assert assignment["from"] is None
    assert drawn["created"] == 2 and drawn["revision"] == 1


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
