"""An operation that is sent again changes nothing and is answered the same."""

import threading
import uuid

import pytest

from annotations.models import Annotation, AnnotationRevision
from tests.annotations.merging.conftest import fresh

pytestmark = pytest.mark.django_db


def test_sent_again_it_is_answered_the_same(api, other, send, classes):
    op, made = str(uuid.uuid4()), fresh(classes["cat"])
    first = send(api, op, create=[made])
    send(other, update=[{"id": made["id"], "base": 1, "z": 1}])
    again = send(api, op, create=[made])
    assert again.json() == first.json() == {"op": op, "revision": 1, "refused": []}
    assert AnnotationRevision.objects.count() == 2


def test_refused_items_are_told_again_as_they_were(api, other, send, classes):
    made = fresh(classes["cat"])
    send(api, create=[made])
    send(other, update=[{"id": made["id"], "base": 1, "z": 1}])
    op = str(uuid.uuid4())
    body = {"create": [fresh(classes["dog"])], "update": [{"id": made["id"], "base": 1, "z": 2}]}
    first = send(api, op, **body).json()
    assert first["refused"][0]["current"]["z"] == 1
    send(other, update=[{"id": made["id"], "base": 2, "z": 7}])
    assert send(api, op, **body).json() == first


def test_what_changed_nothing_changes_nothing_later(api, other, send, classes):
    made = fresh(classes["cat"])
    send(api, create=[made])
    send(other, delete=[{"id": made["id"], "base": 1}])
    op = str(uuid.uuid4())
    body = {"update": [{"id": made["id"], "base": 9, "z": 2}]}
    first = send(api, op, **body).json()
    assert (first["revision"], first["refused"][0]["reason"]) == (2, "gone")
    send(other, create=[made])
    assert send(api, op, **body).json() == first
    assert Annotation.objects.get().z == 0


def test_the_same_name_on_another_image_is_another_operation(api, send, asset, classes):
    from projects.models import Asset

    op = str(uuid.uuid4())
    send(api, op, create=[fresh(classes["cat"])])
    elsewhere = Asset.objects.create(project=asset.project, name="b.png", width=30, height=20)
    body = {"op": op, "create": [fresh(classes["cat"])]}
    assert api.post(f"/api/v1/assets/{elsewhere.pk}/changes", body).json()["revision"] == 1
    assert Annotation.objects.count() == 2


def test_a_bad_operation_may_be_corrected(api, send, classes):
    op = str(uuid.uuid4())
    assert send(api, op, create=[fresh(classes["cat"], 100, 100)]).status_code == 400
    assert send(api, op, create=[fresh(classes["cat"])]).json()["revision"] == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_same_time_it_lands_once(asset, classes, principal):
    from django.db import connection

    from annotations.services.merging import merge

    shapes = [{"id": uuid.uuid4(), "class": uuid.UUID(classes["cat"]), "bbox": [1, 1, 5, 5]}]
    ops, answers = [uuid.uuid4() for _ in range(3)], []

    def work():
        for n, op in enumerate(ops):
            create = shapes if n == 0 else [{**shapes[0], "id": uuid.UUID(int=n)}]
            answers.append(merge(principal, asset, op, create, [], []))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert sorted({(answer["revision"], len(answer["refused"])) for answer in answers}) == [
        (1, 0),
        (2, 0),
        (3, 0),
    ]
    assert Annotation.objects.count() == 3
