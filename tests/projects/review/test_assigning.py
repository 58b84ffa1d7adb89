"""Work is given out by shares, the same way every time; nobody judges their own while others can."""

from collections import Counter

import pytest

from projects.models import Asset, AssetEvent

pytestmark = pytest.mark.django_db


def assign(client, project, **body):
    return client.post(f"/api/v1/projects/{project.pk}/assign", body, format="json")


def test_by_share_and_spread_over_the_list(api, member, assets, project):
    assets(9)
    anna, _ = member("annotator", "Anna")
    ben, _ = member("annotator", "Ben")
    people = [{"user": str(anna.pk), "share": 2}, {"user": str(ben.pk), "share": 1}]
    answer = assign(api, project, people=people)
    assert answer.status_code == 200
    assert answer.data["assigned"] == 9 and answer.data["warnings"] == []
    assert [(each["user"]["name"], each["count"]) for each in answer.data["people"]] == [
        ("Anna", 6),
        ("Ben", 3),
    ]
    dealt = list(Asset.objects.order_by("created_at", "pk").values_list("assignee__name", flat=True))
    # Whatever part of the list is looked at, both have their share of it.
    assert [Counter(dealt[n : n + 3])["Ben"] for n in (0, 3, 6)] == [1, 1, 1]
    assert AssetEvent.objects.filter(kind="assignment").count() == 9


def test_what_somebody_has_stays_theirs_unless_asked(api, member, assets, project):
    first, second = assets(2)
    anna, _ = member("annotator", "Anna")
    ben, _ = member("annotator", "Ben")
    Asset.objects.filter(pk=first.pk).update(assignee=anna)
    assert assign(api, project, people=[{"user": str(ben.pk)}]).data["assigned"] == 1
    first.refresh_from_db()
    assert first.assignee == anna
    body = {"people": [{"user": str(ben.pk)}], "only_unassigned": False, "assets": [str(first.pk)]}
    assert assign(api, project, **body).data["assigned"] == 1
    first.refresh_from_db()
    assert first.assignee == ben


def test_nobody_reviews_their_own_while_others_can(api, member, assets, project):
    made = assets(8)
    rita, _ = member("reviewer", "Rita")
    sam, _ = member("reviewer", "Sam")
    # Hers come last: giving out one by one would find only Sam for them.
    Asset.objects.filter(pk__in=[asset.pk for asset in made[4:]]).update(assignee=rita)
    people = [{"user": str(rita.pk)}, {"user": str(sam.pk)}]
    answer = assign(api, project, role="reviewer", people=people)
    assert answer.data["warnings"] == []
    assert [each["count"] for each in answer.data["people"]] == [4, 4]
    assert not Asset.objects.filter(assignee=rita, reviewer=rita).exists()
    assert Asset.objects.filter(reviewer=None).count() == 0


def test_who_annotates_most_of_it_reviews_less_and_that_is_told(api, member, assets, project):
    made = assets(6)
    rita, _ = member("reviewer", "Rita")
    sam, _ = member("reviewer", "Sam")
    Asset.objects.filter(pk__in=[asset.pk for asset in made[:5]]).update(assignee=rita)
    people = [{"user": str(rita.pk)}, {"user": str(sam.pk)}]
    answer = assign(api, project, role="reviewer", people=people)
    assert [each["count"] for each in answer.data["people"]] == [1, 5]
    assert answer.data["warnings"] == [
        "Rita annotates 5 of these already, and nobody does both: 1 instead of 3."
    ]


def test_nobody_annotates_what_they_review(api, member, assets, project):
    made = assets(4)
    rita, _ = member("reviewer", "Rita")
    sam, _ = member("reviewer", "Sam")
    Asset.objects.filter(pk__in=[asset.pk for asset in made[:2]]).update(reviewer=rita)
    answer = assign(api, project, people=[{"user": str(rita.pk)}, {"user": str(sam.pk)}])
    assert [each["count"] for each in answer.data["people"]] == [2, 2]
    assert set(Asset.objects.filter(reviewer=rita).values_list("assignee__name", flat=True)) == {"Sam"}


def test_alone_one_reviews_ones_own_and_is_told(api, member, assets, project):
    assets(2)
    rita, _ = member("reviewer", "Rita")
    Asset.objects.update(assignee=rita)
    answer = assign(api, project, role="reviewer", people=[{"user": str(rita.pk)}])
    assert answer.data["assigned"] == 2 and answer.data["warnings"][0].endswith("named: 2.")


def test_what_cannot_be_read_is_nobodys_work(api, member, assets, project):
    first, *_ = assets(3)
    Asset.objects.filter(pk=first.pk).update(status="rejected")
    anna, _ = member("annotator", "Anna")
    answer = assign(api, project, people=[{"user": str(anna.pk)}])
    assert answer.data["assigned"] == 2
    assert answer.data["warnings"] == ["Given to nobody, because they cannot be read: 1."]
    progress = api.get(f"/api/v1/projects/{project.pk}/progress").data
    assert progress["unassigned"] == 0 and progress["total"]["todo"] == 2


def test_filters_choose(api, member, assets, project):
    first, *_ = assets(3)
    Asset.objects.filter(pk=first.pk).update(split="val")
    anna, _ = member("annotator", "Anna")
    body = {"people": [{"user": str(anna.pk)}], "filters": {"split": "val"}}
    assert assign(api, project, **body).data["assigned"] == 1
    first.refresh_from_db()
    assert first.assignee == anna


def test_bad_requests_name_the_field(api, other_api, member, assets, project):
    assets(1)
    anna, client = member("annotator", "Anna")
    vera, _ = member("viewer", "Vera")

    def problem(client=api, **body):
        answer = assign(client, project, **body)
        return answer.status_code, [error["field"] for error in answer.data.get("errors", [])]

    one = {"user": str(anna.pk)}
    assert problem(people=[]) == (400, ["people"])
    assert problem(people=[one, one]) == (400, ["people"])
    assert problem(people=[{**one, "share": 0}]) == (400, ["people"])
    assert problem(people=[one, {"user": str(vera.pk)}]) == (400, ["people.1.user"])
    assert problem(people=[one], role="reviewer") == (400, ["people.0.user"])
    assert problem(people=[one], filters={"split": "nope"}) == (400, ["split"])
    # Misspelt, it would mean everything.
    assert problem(people=[one], filters={"splitt": "val"}) == (400, ["splitt"])
    assert problem(client, people=[one])[0] == 403
    assert problem(other_api, people=[one])[0] == 404
    assert Asset.objects.filter(assignee=None).count() == 1


def test_free_work_is_taken_and_given_back(member, assets):
    (asset,) = assets(1)
    anna, client = member("annotator", "Anna")
    ben, other = member("annotator", "Ben")
    where = f"/api/v1/assets/{asset.pk}"
    answer = client.patch(where, {"assignee": str(anna.pk)}, format="json")
    assert answer.data["assignee"] == {"id": str(anna.pk), "name": "Anna"}
    assert other.patch(where, {"assignee": str(ben.pk)}, format="json").status_code == 403
    assert client.patch(where, {"assignee": str(ben.pk)}, format="json").status_code == 403
    assert client.patch(where, {"reviewer": str(anna.pk)}, format="json").status_code == 400
    assert client.patch(where, {"assignee": None}, format="json").data["assignee"] is None
