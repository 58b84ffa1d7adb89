"""Pictures that look alike, and splits that share them."""

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(project):
    return f"/api/v1/projects/{project.pk}/near-duplicates"


@pytest.fixture(autouse=True)
def assets(make):
    rows = {
        "a1": (0b0, "train"),
        "a2": (0b1, "val"),
        "a3": (0b11, "train"),
        "b1": (-1, "train"),
        "b2": (-2, None),
        "alone": (0x5555555555555555, "test"),
        "unknown": (None, "test"),
    }
    return {name: make(name, phash=phash, split=split) for name, (phash, split) in rows.items()}


def test_groups_that_leak_come_first(api, url):
    answer = api.get(url).json()

    counts = {name: answer[name] for name in ("compared", "groups", "leaking", "assets", "next_offset")}
    assert counts == {"compared": 6, "groups": 2, "leaking": 1, "assets": 5, "next_offset": None}
    found = [(each["leaks"], each["splits"], each["count"]) for each in answer["results"]]
    assert found == [(True, ["train", "val"], 3), (False, ["train"], 2)]
    assert [asset["name"] for asset in answer["results"][0]["assets"]] == ["a1", "a2", "a3"]


def test_how_far_apart_is_said(api, url):
    assert api.get(url, {"distance": 0}).json()["groups"] == 0
    assert api.get(url, {"distance": 12}).json()["errors"][0]["field"] == "distance"


def test_pages_of_groups(api, url):
    first = api.get(url, {"limit": 1}).json()

    assert first["next_offset"] == 1
    assert api.get(url, {"limit": 1, "offset": 1}).json()["results"][0]["count"] == 2


def test_the_list_finds_those_that_have_a_twin(names):
    assert names(duplicates="true") == ["a1", "a2", "a3", "b1", "b2"]


def test_what_changed_is_reckoned_anew(api, url, project, assets):
    api.get(url)
    api.patch(f"/api/v1/assets/{assets['a2'].pk}", {"split": "train"})

    assert api.get(url).json()["leaking"] == 0


def test_leaks_go_into_the_split_of_most(api, url, assets):
    answer = api.post(url, {}, format="json").json()

    assert answer["changed"] == 1
    assert Asset.objects.get(name="a2").split == "train"
    assert Asset.objects.get(name="b2").split is None
    assert api.post(f"/api/v1/undo/{answer['undo']}").json()["restored"] == 1
    assert Asset.objects.get(name="a2").split == "val"


def test_one_group_goes_into_the_split_that_is_said(api, url, assets):
    body = {"split": "test", "assets": [str(assets["b1"].pk)]}

    assert api.post(url, body, format="json").json()["changed"] == 2
    assert set(Asset.objects.filter(split="test").values_list("name", flat=True)) >= {"b1", "b2"}


def test_who_is_alone_is_refused(api, url, assets):
    body = {"assets": [str(assets["alone"].pk)]}

    assert api.post(url, body, format="json").json()["errors"][0]["field"] == "assets"
