"""Filters kept under a name."""

import pytest

pytestmark = pytest.mark.django_db
BODY = {"name": "To do", "filters": {"review": "todo", "tag": "wet"}, "order": "-size"}


@pytest.fixture
def url(project):
    return f"/api/v1/projects/{project.pk}/views"


def listed(api, url):
    return [view["name"] for view in api.get(url).json()["results"]]


def test_kept_changed_and_removed(api, url):
    made = api.post(url, BODY, format="json").json()
    assert {name: made[name] for name in BODY} == BODY
    where = f"/api/v1/views/{made['id']}"

    assert api.patch(where, {"order": "name"}, format="json").json()["filters"] == BODY["filters"]
    assert api.delete(where).status_code == 204
    assert listed(api, url) == []


def test_shared_ones_are_everybodys_to_see(api, url, client_for, other_api):
    viewer = client_for("viewer")
    mine = api.post(url, BODY, format="json").json()
    assert listed(viewer, url) == []
    assert viewer.patch(f"/api/v1/views/{mine['id']}", {"name": "x"}, format="json").status_code == 404

    api.patch(f"/api/v1/views/{mine['id']}", {"shared": True}, format="json")
    assert listed(viewer, url) == ["To do"]
    assert viewer.delete(f"/api/v1/views/{mine['id']}").status_code == 403
    assert other_api.get(url).status_code == 404
    assert other_api.delete(f"/api/v1/views/{mine['id']}").status_code == 404


def test_who_may_only_read_keeps_views_but_shares_none(url, client_for):
    viewer = client_for("viewer")

    assert viewer.post(url, BODY, format="json").status_code == 201
    assert viewer.post(url, {**BODY, "name": "Ours", "shared": True}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"filters": {"splitt": "x"}}, 400, "filters.splitt"),
        ({"filters": {"split": "x"}}, 400, "filters.split"),
        ({"order": "sha256"}, 400, "order"),
        ({"name": "Taken"}, 409, "name"),
        ({"name": ""}, 400, "name"),
    ],
)
def test_what_the_list_would_refuse_is_no_view(api, url, change, status, field):
    api.post(url, {**BODY, "name": "Taken"}, format="json")
    answer = api.post(url, {**BODY, **change}, format="json")

    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
