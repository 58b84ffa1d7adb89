"""The assets that a model is least sure of come first where that is asked, the unknown ones last."""

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def assets(project):
    rows = [("a", 0.2, 0.9), ("b", None, None), ("c", 0.8, 0.1), ("d", None, None), ("e", 0.5, 0.5)]
    for name, uncertainty, margin in rows:
        Asset.objects.create(
            project=project,
            name=name,
            uncertainty=uncertainty,
            margin=margin,
            proposal_count=int(uncertainty is not None),
        )


def names(api, project, query):
    """Over all pages of two."""
    url = f"/api/v1/projects/{project.pk}/assets?limit=2&{query}"
    found = []
    while url:
        body = api.get(url).json()
        found += [row["name"] for row in body["results"]]
        url = body["next"]
    return "".join(found)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("-uncertainty", "cea"), ("uncertainty", "aec"), ("-margin", "aec"), ("margin", "cea")],
)
def test_order(api, project, assets, order, expected):
    found = names(api, project, f"order={order}")
    assert found[:3] == expected
    assert set(found[3:]) == {"b", "d"}


def test_filter_and_fields(api, project, assets):
    url = f"/api/v1/projects/{project.pk}/assets"
    with_some = api.get(url, {"proposals": "true", "order": "-uncertainty"}).json()["results"]
    assert [row["name"] for row in with_some] == ["c", "e", "a"]
    first = with_some[0]
    assert (first["uncertainty"], first["margin"], first["proposal_count"]) == (0.8, 0.1, 1)
    without = api.get(url, {"proposals": "false"}).json()["results"]
    assert {row["name"] for row in without} == {"b", "d"}
    assert without[0]["uncertainty"] is None
    refused = api.get(url, {"proposals": "maybe"})
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "proposals"


def test_a_persons_queue_begins_with_what_teaches_most(api, owner, project, assets):
    Asset.objects.update(assignee=owner)
    Asset.objects.filter(name="d").update(review="rejected")
    body = api.get(f"/api/v1/projects/{project.pk}/queue").json()
    assert "".join(row["name"] for row in body["results"]) == "dceab"
