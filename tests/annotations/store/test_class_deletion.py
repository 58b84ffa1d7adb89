"""A class goes only when it is said what becomes of its shapes; nothing vanishes from the history."""

import uuid

import pytest

from annotations.models import AnnotationRevision
from projects.models import LabelClass
from tests.annotations.store.conftest import box

pytestmark = pytest.mark.django_db


@pytest.fixture
def labelled(api, url, classes):
    shapes = [box(classes["cat"], 1, 1, 5, 5), box(classes["dog"], 2, 2, 5, 5)]
    api.put(url, {"results": shapes}, HTTP_IF_MATCH="0")
    return f"/api/v1/classes/{classes['cat']}"


def test_nothing_said_nothing_done(api, url, labelled):
    assert api.delete(labelled).status_code == 409
    assert len(api.get(url).json()["results"]) == 2


def test_shapes_get_another_class(api, url, labelled, classes, asset):
    assert api.delete(f"{labelled}?annotations={classes['dog']}").status_code == 204
    body = api.get(url).json()
    assert (body["revision"], {shape["class"] for shape in body["results"]}) == (2, {classes["dog"]})
    asset.refresh_from_db()
    assert asset.class_ids == [classes["dog"]]
    changes = AnnotationRevision.objects.get(revision=2).changes
    assert changes["updated"][0]["before"]["class"] == classes["cat"]


def test_shapes_go_with_it(api, url, labelled, classes):
    assert api.delete(f"{labelled}?annotations=delete").status_code == 204
    body = api.get(url).json()
    assert (body["revision"], [shape["class"] for shape in body["results"]]) == (2, [classes["dog"]])
    assert AnnotationRevision.objects.get(revision=2).changes["deleted"]
    assert not LabelClass.objects.filter(pk=classes["cat"]).exists()


def test_bad_choice_is_named(api, labelled, classes):
    for choice in ("burn", uuid.uuid4(), classes["cat"]):
        answer = api.delete(f"{labelled}?annotations={choice}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "annotations"
