"""One truth out of several answers, as one revision."""

import numpy as np
import pytest

from annotations.painting import index_mask
from tests.annotations.consensus.conftest import box

pytestmark = pytest.mark.django_db


@pytest.fixture
def merge(asset):
    def post(who, revision=0, **body):
        address = f"/api/v1/assets/{asset.pk}/merge"
        return who.api.post(address, body, HTTP_IF_MATCH=f'"{revision}"')

    return post


def painted(asset):
    asset.refresh_from_db()
    return index_mask(asset)


def test_the_majority_of_pixels_is_written_and_ties_are_told(ann, ben, rita, give, merge, classes, asset):
    give(ann, [box(classes["cat"], 0, 0, 10, 10)])
    give(ben, [box(classes["cat"], 0, 0, 6, 10), box(classes["dog"], 6, 0, 2, 10)])
    merged = merge(rita, method="majority")
    assert merged.status_code == 200, merged.json()
    # Columns 6 and 7: cat against dog; 8 and 9: cat against nothing.
    assert merged.json() == {"revision": 1, "shapes": 1, "answers": 2, "ties": 40, "dropped": 0}
    expected = np.zeros((20, 30), np.uint8)
    expected[:10, :6] = 1
    assert (painted(asset) == expected).all()


def test_three_people_outvote_one(ann, ben, cleo, rita, give, merge, classes, asset):
    give(ann, [box(classes["cat"], 0, 0, 10, 10)])
    give(ben, [box(classes["cat"], 0, 0, 10, 10)])
    give(cleo, [box(classes["dog"], 0, 0, 30, 20)])
    assert merge(rita, method="majority").json()["ties"] == 0
    expected = np.zeros((20, 30), np.uint8)
    expected[:10, :10] = 1
    assert (painted(asset) == expected).all()


def test_objects_that_more_than_half_drew_are_kept(
    ann, ben, cleo, rita, give, merge, classes, asset, instance
):
    give(
        ann,
        [box(classes["cat"], 0, 0, 10, 10, attributes={"pose": "sits"}), box(classes["dog"], 20, 0, 4, 4)],
    )
    give(ben, [box(classes["cat"], 2, 0, 10, 10, attributes={"pose": "sits"})])
    give(cleo, [box(classes["cat"], 1, 1, 10, 10, attributes={"pose": "lies"})])
    body = merge(rita, method="majority").json()
    assert (body["shapes"], body["dropped"]) == (1, 1)
    shape = asset.annotations.get()
    assert str(shape.label_class_id) == classes["cat"]
    # Boxes alone stay a box: medians of the sides.
    assert (shape.kind, shape.geometry) == ("bbox", [1, 0, 10, 10])
    assert shape.attributes == {"pose": "sits"}


def test_pixels_of_an_object_are_those_of_most_who_drew_it(
    ann, ben, cleo, rita, give, merge, classes, asset, instance
):
    square = [[0, 0], [10, 0], [10, 10], [0, 10]]
    give(ann, [{"class": classes["cat"], "polygons": [{"exterior": square, "holes": []}]}])
    give(ben, [box(classes["cat"], 0, 0, 10, 8)])
    give(cleo, [box(classes["cat"], 0, 0, 8, 10)])
    merge(rita, method="majority")
    shape = asset.annotations.get()
    assert (shape.kind, shape.area) == ("mask", 96)


def test_stuff_is_voted_by_pixels_and_things_by_objects(
    api, ann, ben, rita, give, merge, classes, asset, project
):
    project.task = "panoptic"
    project.save()
    api.patch(f"/api/v1/classes/{classes['dog']}", {"stuff": True})
    for who in (ann, ben):
        give(who, [box(classes["dog"], 0, 0, 30, 20), box(classes["cat"], 0, 0, 5, 5)])
    assert merge(rita, method="majority").json()["shapes"] == 2
    stuff, thing = asset.annotations.order_by("z")
    assert str(stuff.label_class_id) == classes["dog"]
    assert (thing.kind, thing.geometry) == ("bbox", [0, 0, 5, 5])
    grid = painted(asset)
    assert (grid == 1).sum() == 25 and (grid == 2).sum() == 575


def test_one_answer_is_taken_as_it_is_and_can_be_taken_back(api, ann, ben, rita, give, merge, classes, asset):
    url = f"/api/v1/assets/{asset.pk}/annotations"
    api.put(url, {"results": [box(classes["dog"], 3, 3, 3, 3)]}, HTTP_IF_MATCH='"0"')
    give(ann, [box(classes["cat"], 1, 1, 5, 5, z=4), box(classes["dog"], 2, 2, 5, 5)])
    give(ben, [])
    merged = merge(rita, 1, method="answer", user=str(ann.user.pk))
    assert merged.json()["revision"] == 2
    shapes = api.get(url).json()["results"]
    assert [(shape["class"], shape["bbox"], shape["z"]) for shape in shapes] == [
        (classes["dog"], [2, 2, 5, 5], 0),
        (classes["cat"], [1, 1, 5, 5], 4),
    ]
    answers = rita.api.get(f"/api/v1/assets/{asset.pk}/answers").json()["results"]
    assert [row["merged_at"] is not None for row in answers] == [True, False]
    # The answer keeps its shapes, and the history what was there.
    assert {shape["id"] for shape in answers[0]["results"]}.isdisjoint(shape["id"] for shape in shapes)
    api.post(f"/api/v1/assets/{asset.pk}/restore", {"revision": 1}, HTTP_IF_MATCH='"2"')
    assert [shape["bbox"] for shape in api.get(url).json()["results"]] == [[3, 3, 3, 3]]


def test_refusals_say_what_is_missing(ann, ben, rita, give, merge, classes):
    give(ann, [])
    give(ben, [], done=False)
    alone = merge(rita, method="majority")
    assert alone.status_code == 422
    assert "two answers" in alone.json()["detail"]
    assert merge(rita, method="answer", user=str(ben.user.pk)).status_code == 422
    assert merge(rita, method="answer").json()["errors"][0]["field"] == "user"
    assert merge(rita, method="odd").status_code == 400
    assert merge(ann, method="majority").status_code == 403
    give(ben, [])
    assert merge(rita, 5, method="majority").status_code == 412
    assert rita.api.post(f"/api/v1/assets/{ann.user.pk}/merge", {"method": "majority"}).status_code == 404
