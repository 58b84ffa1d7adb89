"""Each person's work in the order in which to do it, and how far everybody is."""

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


def test_what_came_back_is_first_then_what_is_begun(member, assets, project):
    made = assets(5)
    anna, client = member("annotator", "Anna")
    states = ["todo", "in_progress", "in_review", "rejected", "todo"]
    for asset, state in zip(made, states, strict=True):
        Asset.objects.filter(pk=asset.pk).update(review=state, assignee=anna)
    Asset.objects.filter(pk=made[4].pk).update(assignee=None)
    answer = client.get(f"/api/v1/projects/{project.pk}/queue").data
    order = [made[3], made[1], made[0]]
    assert [row["id"] for row in answer["results"]] == [str(asset.pk) for asset in order]
    assert answer["next"]["id"] == str(made[3].pk)
    assert answer["counts"] == {"todo": 1, "in_progress": 1, "in_review": 1, "rejected": 1, "approved": 0}


def test_reviewers_see_what_waits_longest_first(member, assets, project):
    made = assets(3)
    rita, client = member("reviewer", "Rita")
    Asset.objects.update(reviewer=rita)
    for asset in (made[2], made[0]):
        asset.refresh_from_db()
        asset.review = "in_review"
        asset.save()
    answer = client.get(f"/api/v1/projects/{project.pk}/queue?role=reviewer").data
    assert [row["id"] for row in answer["results"]] == [str(made[2].pk), str(made[0].pk)]


def test_a_comment_sends_nothing_to_the_end(api, member, assets, project):
    made = assets(2)
    rita, client = member("reviewer", "Rita")
    Asset.objects.update(reviewer=rita)
    for asset in made:
        api.patch(f"/api/v1/assets/{asset.pk}", {"review": "in_review"}, format="json")
    api.post(f"/api/v1/assets/{made[0].pk}/comments", {"text": "Look."}, format="json")
    answer = client.get(f"/api/v1/projects/{project.pk}/queue?role=reviewer").data
    assert [row["id"] for row in answer["results"]] == [str(asset.pk) for asset in made]


def test_an_empty_queue_has_no_next(member, project):
    _, client = member("annotator", "Anna")
    answer = client.get(f"/api/v1/projects/{project.pk}/queue").data
    assert answer["next"] is None and answer["results"] == []


def test_an_unknown_role_is_named(api, project):
    answer = api.get(f"/api/v1/projects/{project.pk}/queue?role=boss")
    assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "role"


def test_progress_counts_every_person(api, member, assets, project):
    made = assets(4)
    anna, _ = member("annotator", "Anna")
    rita, _ = member("reviewer", "Rita")
    Asset.objects.filter(pk__in=[asset.pk for asset in made[:3]]).update(assignee=anna)
    Asset.objects.filter(pk=made[0].pk).update(review="approved", reviewer=rita)
    answer = api.get(f"/api/v1/projects/{project.pk}/progress").data
    assert answer["total"]["todo"] == 3 and answer["total"]["approved"] == 1
    assert answer["unassigned"] == 1
    one, two = answer["people"]
    assert one["user"]["name"] == "Anna" and one["assignee"]["todo"] == 2 and one["assignee"]["approved"] == 1
    assert two["user"]["name"] == "Rita" and two["reviewer"]["approved"] == 1


def test_the_list_filters_by_people(member, assets, project):
    made = assets(3)
    anna, client = member("annotator", "Anna")
    Asset.objects.filter(pk=made[1].pk).update(assignee=anna)
    where = f"/api/v1/projects/{project.pk}/assets"

    def found(query):
        return [row["name"] for row in client.get(f"{where}?{query}&order=name").data["results"]]

    assert found("assignee=me") == found(f"assignee={anna.pk}") == ["001.png"]
    assert found("assignee=none") == ["000.png", "002.png"]
    assert found("reviewer=me") == []
    assert client.get(f"{where}?assignee=x").data["errors"][0]["field"] == "assignee"
