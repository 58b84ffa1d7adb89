"""Operations of two people on the same shapes: what lands, and what is refused by itself."""

import uuid

import pytest

from core import events
from tests.annotations.merging.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def shape(api, send, classes):
    made = fresh(classes["cat"])
    assert send(api, create=[made]).json()["revision"] == 1
    return made["id"]


def shapes(api, url):
    return {each["id"]: each for each in api.get(url).json()["results"]}


def test_two_people_change_different_shapes(api, other, send, url, classes):
    one, two = fresh(classes["cat"]), fresh(classes["dog"])
    send(api, create=[one, two])
    assert send(api, update=[{"id": one["id"], "base": 1, "z": 1}]).json()["refused"] == []
    assert send(other, update=[{"id": two["id"], "base": 1, "z": 2}]).json()["refused"] == []
    found = shapes(api, url)
    assert [found[key["id"]]["z"] for key in (one, two)] == [1, 2]
    assert [found[key["id"]]["revision"] for key in (one, two)] == [2, 3]


def test_different_fields_of_one_shape_both_land(api, other, send, url, classes, shape):
    send(api, update=[{"id": shape, "base": 1, "bbox": [2, 2, 9, 9]}])
    answer = send(other, update=[{"id": shape, "base": 1, "class": classes["dog"]}])
    assert answer.json()["refused"] == []
    found = shapes(api, url)[shape]
    assert (found["bbox"], found["class"], found["revision"]) == ([2, 2, 9, 9], classes["dog"], 3)


def test_the_same_field_is_refused_and_the_rest_lands(api, other, send, url, classes, shape):
    send(api, update=[{"id": shape, "base": 1, "bbox": [2, 2, 9, 9]}])
    new = fresh(classes["dog"], 9, 9)
    answer = send(other, create=[new], update=[{"id": shape, "base": 1, "bbox": [4, 4, 2, 2]}]).json()
    (refused,) = answer["refused"]
    assert (refused["id"], refused["reason"]) == (shape, "changed")
    assert "geometry" in refused["message"]
    assert refused["current"] == shapes(api, url)[shape]
    assert refused["current"]["bbox"] == [2, 2, 9, 9]
    assert new["id"] in shapes(api, url)
    assert answer["revision"] == 3


def test_another_kind_of_geometry_is_the_same_field(api, other, send, shape):
    ring = {"exterior": [[1, 1], [9, 1], [9, 9]], "holes": []}
    send(api, update=[{"id": shape, "base": 1, "polygons": [ring]}])
    answer = send(other, update=[{"id": shape, "base": 1, "bbox": [4, 4, 2, 2]}])
    assert answer.json()["refused"][0]["reason"] == "changed"


def test_what_was_changed_is_not_deleted(api, other, send, url, shape):
    send(api, update=[{"id": shape, "base": 1, "z": 4}])
    answer = send(other, delete=[{"id": shape, "base": 1}]).json()
    assert answer["refused"][0]["reason"] == "changed"
    assert answer["revision"] == 2
    assert send(other, delete=[{"id": shape, "base": 2}]).json()["refused"] == []
    assert shapes(api, url) == {}


def test_what_was_deleted_is_gone(api, other, send, shape):
    send(api, delete=[{"id": shape, "base": 1}])
    for item in ({"update": [{"id": shape, "base": 1, "z": 1}]}, {"delete": [{"id": shape, "base": 1}]}):
        (refused,) = send(other, **item).json()["refused"]
        assert (refused["reason"], refused["current"]) == ("gone", None)


def test_deleted_and_made_anew_is_not_what_it_was(api, other, send, classes, shape):
    send(api, delete=[{"id": shape, "base": 1}])
    send(api, create=[{**fresh(classes["cat"]), "id": shape}])
    answer = send(other, update=[{"id": shape, "base": 1, "z": 1}])
    assert answer.json()["refused"][0]["reason"] == "changed"


def test_a_taken_id_is_refused_and_shapes_of_other_images_are_not_shown(api, send, classes, asset, shape):
    from projects.models import Asset

    same = send(api, create=[{**fresh(classes["dog"]), "id": shape}]).json()["refused"][0]
    assert (same["reason"], same["current"]["class"]) == ("taken", classes["cat"])
    elsewhere = Asset.objects.create(project=asset.project, name="b.png", width=30, height=20)
    body = {"op": str(uuid.uuid4()), "create": [{**fresh(classes["dog"]), "id": shape}]}
    answer = api.post(f"/api/v1/assets/{elsewhere.pk}/changes", body).json()
    assert (answer["refused"][0]["reason"], answer["refused"][0]["current"]) == ("taken", None)


def test_one_bad_shape_refuses_the_whole_operation(api, send, url, classes):
    answer = send(api, create=[fresh(classes["cat"]), fresh(classes["cat"], 100, 100)])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "create.1.bbox"
    assert shapes(api, url) == {}


def test_a_shape_stands_in_an_operation_once(api, send, shape):
    item = {"id": shape, "base": 1}
    answer = send(api, update=[{**item, "z": 1}], delete=[item])
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"update.0.id", "delete.0.id"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"op": "x"}, "op"),
        ({}, "op"),
        ({"op": str(uuid.uuid4()), "create": [{"bbox": [1, 1, 2, 2]}]}, "create.0.id"),
        ({"op": str(uuid.uuid4()), "update": [{"id": str(uuid.uuid4())}]}, "update.0.base"),
        ({"op": str(uuid.uuid4()), "delete": [{"id": str(uuid.uuid4()), "base": -1}]}, "delete.0.base"),
    ],
)
def test_bad_fields_are_named(api, asset, body, field):
    answer = api.post(f"/api/v1/assets/{asset.pk}/changes", body)
    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_too_many_items(api, send, monkeypatch, classes):
    monkeypatch.setattr("annotations.services.merging.MAX_ITEMS", 2)
    assert send(api, create=[fresh(classes["cat"]) for _ in range(3)]).status_code == 413


def test_an_operation_is_one_event(api, send, asset, classes):
    op = str(uuid.uuid4())
    made = [fresh(classes["cat"]) for _ in range(3)]
    send(api, op, create=made)
    # The first shape is a step of the review, too.
    begun, event = events.replay(f"asset:{asset.pk}")
    assert begun.type == "review"
    assert (event.type, event.payload["op"], event.payload["revision"]) == ("change", op, 1)
    assert [shape["id"] for shape in event.payload["created"]] == [shape["id"] for shape in made]


def test_viewers_change_nothing(client_for, other_api, send):
    assert send(client_for("viewer")).status_code == 403
    assert send(other_api).status_code == 404


def test_what_is_brought_back_lies_where_it_lay(api, send, asset, classes):
    one, two = fresh(classes["cat"]), fresh(classes["dog"])
    send(api, create=[one, two])
    where = f"/api/v1/assets/{asset.pk}/annotations"
    first = api.get(where).json()["results"][0]
    assert first["id"] == one["id"]
    send(api, delete=[{"id": one["id"], "base": 1}])
    send(api, create=[{**one, "created_at": first["created_at"]}])
    results = api.get(where).json()["results"]
    assert [shape["id"] for shape in results] == [one["id"], two["id"]]
    assert results[0]["created_at"] == first["created_at"]


def test_nothing_is_younger_than_now(api, send, asset, classes):
    send(api, create=[{**fresh(classes["cat"]), "created_at": "2999-01-01T00:00:00Z"}])
    (shape,) = api.get(f"/api/v1/assets/{asset.pk}/annotations").json()["results"]
    assert shape["created_at"] < "2999"
