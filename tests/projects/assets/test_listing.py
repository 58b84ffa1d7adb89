"""Finding assets: filters, orders, pages."""

import pytest

from projects.models import Asset, LabelClass

pytestmark = pytest.mark.django_db


@pytest.fixture
def squirrel(project):
    return LabelClass.objects.create(project=project, name="squirrel", color="#ff0000", position=0)


@pytest.fixture(autouse=True)
def assets(project, squirrel):
    rows = [
        {"name": "a.jpg", "split": "train", "tags": ["night", "ünïcode"], "annotation_count": 3, "size": 30},
        {"name": "b.jpg", "split": "val", "review": "approved", "size": 10},
        {"name": "sub/c.jpg", "tags": ["day", "nightly"], "size": 20},
    ]
    made = [Asset.objects.create(project=project, width=10, height=10, **row) for row in rows]
    Asset.objects.filter(pk=made[0].pk).update(class_ids=[str(squirrel.pk)])
    return made


def names(api, url, **query):
    answer = api.get(url, {"order": "name", **query})
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["a.jpg", "b.jpg", "sub/c.jpg"]),
        ({"split": "train"}, ["a.jpg"]),
        ({"split": "none"}, ["sub/c.jpg"]),
        ({"review": "approved"}, ["b.jpg"]),
        ({"status": "ready"}, ["a.jpg", "b.jpg", "sub/c.jpg"]),
        ({"status": "rejected"}, []),
        ({"tag": "night"}, ["a.jpg"]),
        ({"tag": "ünïcode"}, ["a.jpg"]),
        ({"tag": "nigh"}, []),
        ({"name": "C.J"}, ["sub/c.jpg"]),
        ({"annotated": "true"}, ["a.jpg"]),
        ({"annotated": "false", "split": "val"}, ["b.jpg"]),
        ({"order": "-name"}, ["sub/c.jpg", "b.jpg", "a.jpg"]),
        ({"order": "size"}, ["b.jpg", "sub/c.jpg", "a.jpg"]),
        ({"order": "-annotation_count"}, ["a.jpg", "sub/c.jpg", "b.jpg"]),
    ],
)
def test_filters_and_orders(api, url, query, expected):
    if query.get("order") == "-annotation_count":
        assert names(api, url, **query)[0] == expected[0]
    else:
        assert names(api, url, **query) == expected


def test_by_class(api, url, squirrel):
    row = api.get(url, {"class": str(squirrel.pk)}).json()["results"]

    assert [asset["name"] for asset in row] == ["a.jpg"]
    assert row[0]["classes"] == [str(squirrel.pk)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("split", "other"),
        ("review", "x"),
        ("status", "x"),
        ("class", "x"),
        ("annotated", "1"),
        ("order", "sha256"),
        ("limit", "0"),
        ("name", "a\0"),
        ("tag", "\0"),
    ],
)
def test_what_a_filter_cannot_read_is_refused_by_name(api, url, field, value):
    answer = api.get(url, {field: value})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_pages_reach_every_asset_once(api, url):
    seen = []
    address = f"{url}?limit=1&order=name"
    while address:
        page = api.get(address).json()
        seen += [row["name"] for row in page["results"]]
        address = page["next"]

    assert seen == ["a.jpg", "b.jpg", "sub/c.jpg"]


def test_strangers_see_nothing(other_api, url):
    assert other_api.get(url).status_code == 404
