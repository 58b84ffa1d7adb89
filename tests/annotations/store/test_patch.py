"""PATCH: create, update, delete; all or nothing."""

import uuid

import pytest

from annotations.models import AnnotationRevision
from core import events
from tests.annotations.store.conftest import box

pytestmark = pytest.mark.django_db


def patch(api, url, revision, **body):
    return api.patch(url, body, HTTP_IF_MATCH=f'"{revision}"')


def test_create_update_delete(api, url, classes, asset):
    made = patch(api, url, 0, create=[box(classes["cat"], 1, 1, 5, 5), box(classes["dog"], 2, 2, 5, 5)])
    assert made.status_code == 200
    assert made["ETag"] == '"1"'
    first, second = made.json()["results"]
    assert (first["area"], first["box"], first["source"]) == (25, [1, 1, 5, 5], "human")
    changed = patch(
        api, url, 1, update=[{"id": first["id"], "class": classes["dog"], "z": 3}], delete=[second["id"]]
    )
    (left,) = changed.json()["results"]
    assert (left["id"], left["class"], left["z"], left["bbox"]) == (
        first["id"],
        classes["dog"],
        3,
        [1, 1, 5, 5],
    )
    assert changed.json()["revision"] == 2
    asset.refresh_from_db()
    assert (asset.annotation_count, asset.class_ids) == (1, [classes["dog"]])


def test_client_may_choose_the_id_once(api, url, classes):
    key = str(uuid.uuid4())
    assert patch(api, url, 0, create=[box(classes["cat"], 1, 1, 5, 5, id=key)]).status_code == 200
    again = patch(api, url, 1, create=[box(classes["cat"], 1, 1, 5, 5, id=key)])
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "create.0.id"


def test_one_bad_shape_leaves_everything_as_it_was(api, url, classes):
    good, bad = box(classes["cat"], 1, 1, 5, 5), box(classes["cat"], 100, 100, 5, 5)
    answer = patch(api, url, 0, create=[good, bad])
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["create.1.bbox"]
    assert api.get(url).json() == {"revision": 0, "results": []}


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        ({"polygons": [{"exterior": [[0, 0], [5, 5]], "holes": []}]}, "create.0.polygons"),
        ({"mask": {"size": [3, 3], "counts": "9"}}, "create.0.mask"),
        ({"bbox": [0, 0, 5]}, "create.0.bbox"),
        ({}, "create.0.polygons"),
        ({"bbox": [0, 0, 5, 5], "score": 2}, "create.0.score"),
        ({"bbox": [0, 0, 5, 5], "source": "dream"}, "create.0.source"),
        ({"bbox": [0, 0, 5, 5], "class": str(uuid.uuid4())}, "create.0.class"),
    ],
)
def test_bad_field_is_named(api, url, classes, shape, field):
    answer = patch(api, url, 0, create=[{"class": classes["cat"], **shape}])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_stale_revision_is_refused(api, url, classes):
    patch(api, url, 0, create=[box(classes["cat"], 1, 1, 5, 5)])
    answer = patch(api, url, 0, create=[box(classes["cat"], 9, 9, 5, 5)])
    assert answer.status_code == 412
    assert "revision 1" in answer.json()["detail"]


@pytest.mark.parametrize("header", [None, "", "abc", "*"])
def test_if_match_is_needed(api, url, header):
    headers = {} if header is None else {"HTTP_IF_MATCH": header}
    answer = api.patch(url, {"create": []}, **headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "If-Match"


def test_nothing_changed_is_no_revision(api, url, classes):
    made = patch(api, url, 0, create=[box(classes["cat"], 1, 1, 5, 5)]).json()["results"][0]
    same = patch(api, url, 1, update=[{"id": made["id"], "z": 0, "class": classes["cat"]}])
    assert same.json()["revision"] == 1


def test_change_is_in_the_history_and_on_the_wire(api, url, classes, asset, owner):
    made = patch(api, url, 0, create=[box(classes["cat"], 1, 1, 5, 5)]).json()["results"][0]
    patch(api, url, 1, delete=[made["id"]])
    last, first = api.get(f"{url}/history").json()["results"]
    assert (first["revision"], last["revision"]) == (1, 2)
    assert last["changes"]["deleted"][0]["bbox"] == [1, 1, 5, 5]
    assert first["actor"] == owner.email
    assert AnnotationRevision.objects.count() == 2
    news = [event for event in events.replay(f"asset:{asset.pk}") if event.type == "change"]
    assert [event.payload["revision"] for event in news] == [1, 2]
    assert news[1].payload["deleted"] == [made["id"]]


def test_rejected_asset_cannot_be_annotated(api, url, classes, asset):
    asset.status = "rejected"
    asset.save()
    assert patch(api, url, 0, create=[box(classes["cat"], 1, 1, 5, 5)]).status_code == 422


def test_strangers_and_viewers(other_api, client_for, url):
    assert other_api.get(url).status_code == 404
    assert patch(other_api, url, 0, create=[]).status_code == 404
    viewer = client_for("viewer")
    assert viewer.get(url).status_code == 200
    assert patch(viewer, url, 0, create=[]).status_code == 403
    assert patch(client_for("annotator"), url, 0, create=[]).status_code == 200
