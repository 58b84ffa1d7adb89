"""PUT: the asset's shapes become exactly those sent."""

import pytest

from tests.annotations.store.conftest import box

pytestmark = pytest.mark.django_db


def put(api, url, revision, results):
    return api.put(url, {"results": results}, HTTP_IF_MATCH=str(revision))


def test_known_are_kept_new_are_made_missing_go(api, url, classes):
    first, second = put(
        api, url, 0, [box(classes["cat"], 1, 1, 5, 5), box(classes["dog"], 2, 2, 5, 5)]
    ).json()["results"]
    answer = put(api, url, 1, [{**second, "z": 7}, box(classes["cat"], 9, 9, 3, 3)])
    assert answer.status_code == 200
    shapes = answer.json()["results"]
    assert {shape["id"] for shape in shapes} >= {second["id"]}
    assert first["id"] not in {shape["id"] for shape in shapes}
    assert sorted(shape["z"] for shape in shapes) == [0, 7]


def test_what_was_read_can_be_sent_back(api, url, classes):
    put(api, url, 0, [box(classes["cat"], 1, 1, 5, 5)])
    read = api.get(url).json()
    answer = put(api, url, 1, read["results"])
    assert answer.json() == read


def test_id_twice_is_refused(api, url, classes):
    made = put(api, url, 0, [box(classes["cat"], 1, 1, 5, 5)]).json()["results"][0]
    answer = put(api, url, 1, [made, made])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "results.1.id"


def test_order_sent_is_the_painting_order(api, url, classes):
    boxes = [box(classes["cat"], n, n, 5, 5) for n in range(10)]
    assert [shape["box"][0] for shape in put(api, url, 0, boxes).json()["results"]] == list(range(10))


def test_stale(api, url):
    assert put(api, url, 5, []).status_code == 412
