"""How many assets pass the filters."""

import pytest

from projects import asset_counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(api, project, make):
    for number in range(4):
        make(f"{number}.jpg", split="val" if number else None)

    def ask(**query):
        return api.get(f"/api/v1/projects/{project.pk}/assets/count", query).json()

    return ask


def test_all_and_some(count):
    assert count() == {"count": 4, "is_capped": False}
    assert count(split="val") == {"count": 3, "is_capped": False}
    assert count(name="nowhere")["count"] == 0


def test_no_further_than_needed(count, monkeypatch):
    monkeypatch.setattr(asset_counts, "MOST", 2)

    assert count(split="val") == {"count": 2, "is_capped": True}
    assert count()["count"] == 4


def test_refused_as_the_list_refuses(count):
    assert count(splitt="val")["errors"][0]["field"] == "splitt"
