"""Texts that no database holds cost a letter, not the import."""

import json

import pytest
from django.db import OperationalError

from annotations.models import Annotation
from core import jobs
from core.models import Job
from core.storage import storage
from projects.models import LabelClass
from tests.annotations.transfers.conftest import SQUARE, coco, png, polygon

pytestmark = pytest.mark.django_db
PNG = png()


@pytest.mark.parametrize("letter", ["\0", "\ud800"])
def test_in_class_and_image_names(bring, upload, api, letter):
    upload("a.png", PNG)
    document = coco(
        ["a.png", f"no{letter}.png"],
        [polygon(*SQUARE), polygon(*SQUARE, image_id=2), polygon(*SQUARE, category_id=2)],
        [{"id": 1, "name": "cat"}, {"id": 2, "name": f"d{letter}g"}],
    )
    job = bring("coco", "a.json", document, create_classes="true")
    assert job["status"] == "succeeded", job
    assert job["result"]["annotations"] == 2
    assert {each.name for each in LabelClass.objects.all()} == {"cat", "d\ufffdg"}
    assert [note["item"] for note in job["result"]["skipped"]] == ["no\ufffd.png"]


def test_in_attributes(bring, upload):
    upload("a.png", PNG)
    deep = json.loads("[" * 40 + "]" * 40)
    rows = [
        polygon(*SQUARE, attributes={"a\0": ["\ud800", 1]}),
        polygon(*SQUARE, attributes={"a": deep}, category_id=2),
    ]
    document = coco(["a.png"], rows)
    job = bring("coco", "a.json", document, create_classes="true")
    assert job["result"]["annotations"] == 2
    assert list(Annotation.objects.order_by("created_at").values_list("attributes", flat=True)) == [
        {"a\ufffd": ["\ufffd", 1]},
        {},
    ]
    assert "attributes were left out" in job["result"]["skipped"][0]["reason"]


def test_a_class_that_cannot_be_made_is_a_note(bring, upload):
    upload("a.png", PNG)
    names = [{"id": 1, "name": "cat"}, {"id": 2, "name": "x" * 121}, {"id": 3, "name": "x" * 120 + "y"}]
    rows = [polygon(*SQUARE, category_id=number) for number in (1, 2, 3)]
    job = bring("coco", "a.json", coco(["a.png"], rows, names), create_classes="true")
    assert job["status"] == "succeeded", job
    assert job["result"]["classes"] == 2
    assert any("There is a class named" in note["reason"] for note in job["result"]["skipped"])


def test_a_lost_database_leaves_the_file_for_another_try(api, url, upload, classes, sent, monkeypatch):
    from annotations.services import imports
    from tests.annotations.transfers.test_import_files import start

    upload("a.png", PNG)
    job = start(api, url, coco(["a.png"], [polygon(*SQUARE)]))
    land = imports.land

    def lost(*arguments):
        land(*arguments)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(imports, "land", lost)
    jobs.run(job)
    row = Job.objects.get()
    assert row.status == "running"
    assert storage.exists(row.payload["key"])
    monkeypatch.setattr(imports, "land", land)
    Job.objects.update(lease_token=None, lease_expires_at=None)
    jobs.run(job)
    row.refresh_from_db()
    assert row.status == "succeeded"
    assert Annotation.objects.count() == 1
