"""What must never get into the database, and what must not hold its lock."""

import json
import threading
import uuid

import pytest
from django.db import IntegrityError, connection

from annotations.services import shapes, store
from core.errors import Conflict
from tests.annotations.store.conftest import box

pytestmark = pytest.mark.django_db


def send(api, url, attributes: str, label: str, revision: int = 0):
    """The attributes as text: json.dumps would not write all of it."""
    shape = json.dumps({"class": label, "bbox": [1, 1, 5, 5]})[:-1] + f', "attributes": {attributes}}}'
    text = f'{{"results": [{shape}]}}'
    return api.generic("PUT", url, text, "application/json", HTTP_IF_MATCH=str(revision))


@pytest.mark.parametrize(
    "attributes",
    [
        '{"a": "\\ud800"}',
        '{"\\ud800": 1}',
        '{"a": {"b": ["x\\u0000y"]}}',
        '{"a": 1e400}',
        '{"a": [-1e400]}',
        '{"a": ' + "9" * 400 + "}",
        '{"a": ' + "[" * 40 + "]" * 40 + "}",
    ],
)
def test_attributes_that_cannot_be_stored_are_named(api, url, classes, attributes):
    answer = send(api, url, attributes, classes["cat"])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "results.0.attributes"
    assert api.get(url).json() == {"revision": 0, "results": []}


def test_free_attributes_come_back(api, url, classes):
    attributes = '{"größe": {"n": [1, 2.5, null, true, "🦊", 18446744073709551615]}}'
    assert send(api, url, attributes, classes["cat"]).status_code == 200
    assert api.get(url).json()["results"][0]["attributes"] == json.loads(attributes)


@pytest.mark.parametrize("score", ["nan", "NaN"])
def test_a_score_is_a_number(api, url, classes, score):
    answer = api.put(url, {"results": [box(classes["cat"], 1, 1, 5, 5, score=score)]}, HTTP_IF_MATCH="0")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "results.0.score"


@pytest.fixture
def elsewhere(project):
    from projects.models import Asset

    return Asset.objects.create(project=project, name="b.png", width=30, height=20)


def test_an_id_of_another_asset_is_taken(api, url, classes, elsewhere):
    shape = box(classes["cat"], 1, 1, 5, 5, id=str(uuid.uuid4()))
    other = f"/api/v1/assets/{elsewhere.pk}/annotations"
    assert api.put(other, {"results": [shape]}, HTTP_IF_MATCH="0").status_code == 200
    for call, body, field in (
        (api.put, {"results": [box(classes["cat"], 1, 1, 2, 2), shape]}, "results.1.id"),
        (api.patch, {"create": [shape]}, "create.0.id"),
    ):
        answer = call(url, body, HTTP_IF_MATCH="0")
        assert answer.status_code == 400
        assert answer.json()["errors"] == [{"field": field, "message": "is taken"}]
    assert api.get(url).json()["results"] == []


def test_an_id_taken_meanwhile_is_a_conflict(principal, asset, classes, monkeypatch):
    def taken(*args, **options):
        raise IntegrityError("UNIQUE constraint failed: annotations_annotation.id")

    monkeypatch.setattr(store.Annotation.objects, "bulk_create", taken)
    shape = {"class": uuid.UUID(classes["cat"]), "bbox": [1, 1, 5, 5]}
    with pytest.raises(Conflict):
        store.replace(principal, asset, 0, [shape])


@pytest.mark.django_db(transaction=True)
def test_others_write_while_shapes_are_measured(principal, asset, classes, monkeypatch):
    """Measuring happens before the transaction: another connection gets SQLite's one lock meanwhile."""
    measured = shapes.measure
    wrote = []

    def other():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE projects_project SET description = 'meanwhile'")
        wrote.append(True)
        connection.close()

    def slow(*args):
        assert not connection.in_atomic_block
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(5)
        return measured(*args)

    monkeypatch.setattr(shapes, "measure", slow)
    shape = {"class": uuid.UUID(classes["cat"]), "bbox": [1, 1, 5, 5]}
    assert store.replace(principal, asset, 0, [shape]).revision == 1
    assert wrote == [True]
