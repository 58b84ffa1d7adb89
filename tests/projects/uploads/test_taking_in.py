"""Whole uploads: ZIPs are unpacked, imports imported, old ones forgotten, and nothing is taken twice."""

import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from core import jobs
from core.models import Job
from projects import spool
from projects.models import Asset, Upload
from projects.services import unpacking, uploading
from tests.projects.pictures import png

pytestmark = pytest.mark.django_db


def packed(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_zip_of_pictures(api, begin, run_jobs):
    first = png(seed=1)
    content = packed(
        {
            "day/a.png": first,
            "night/a.png": png(seed=2),
            "night/again.png": first,
            "broken.png": b"no picture",
            "read me.txt": b"hello",
            "../evil.png": png(seed=3),
            "inner.zip": b"PK",
        }
    )
    made = begin("photos.zip", len(content), content).json()
    assert made["status"] == "processing" and made["job"]
    run_jobs()
    shown = api.get(f"/api/v1/uploads/{made['id']}").json()
    assert shown["status"] == "done"
    result = api.get(f"/api/v1/jobs/{made['job']}").json()["result"]
    assert (result["assets"], result["duplicates"]) == (2, 1)
    reasons = {row["item"]: row["reason"] for row in result["skipped"]}
    assert set(reasons) == {"broken.png", "read me.txt", "../evil.png", "inner.zip"}
    assert "leads out" in reasons["../evil.png"] and "not an image" in reasons["broken.png"]
    assert sorted(Asset.objects.values_list("name", flat=True)) == ["day/a.png", "night/a.png"]
    uploading.forget_old()
    assert not spool.path_of(uuid.UUID(made["id"])).exists()


@pytest.mark.parametrize(("remember", "assets"), [(0, 3), (1000, 1)])
def test_a_job_that_is_delivered_again_adds_nothing_twice(begin, run_jobs, monkeypatch, remember, assets):
    content = packed({"a.png": b"no picture", **{f"{number}.png": png(seed=number) for number in range(3)}})
    made = begin("photos.zip", len(content), content).json()
    real, calls = unpacking.add_asset, []

    def dies_at_the_fourth(*arguments, **options):
        calls.append(1)
        if len(calls) == 4:
            raise jobs.LeaseLost
        return real(*arguments, **options)

    monkeypatch.setattr(unpacking, "add_asset", dies_at_the_fourth)
    monkeypatch.setattr(unpacking, "REMEMBER_SECONDS", remember)
    run_jobs()
    assert Asset.objects.count() == 2
    Job.objects.update(status="queued", lease_token=None, lease_expires_at=None)
    jobs.run(made["job"])
    result = Job.objects.get(pk=made["job"]).result
    # Without the memory of what was done, all is looked at again and found.
    assert (result["assets"], result["duplicates"]) == (assets, 3 - assets)
    assert len(calls) == (5 if remember == 0 else 8)
    assert [row["item"] for row in result["skipped"]] == ["a.png"]
    assert Asset.objects.count() == 3


def test_a_bomb(api, begin, run_jobs):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(300 << 20))
    made = begin("bomb.zip", len(file.getvalue()), file.getvalue()).json()
    run_jobs()
    shown = api.get(f"/api/v1/uploads/{made['id']}").json()
    assert shown["status"] == "failed"
    assert "bomb" in api.get(f"/api/v1/jobs/{made['job']}").json()["error"]["detail"]
    assert not spool.path_of(uuid.UUID(made["id"])).exists()


def test_an_import(api, begin, run_jobs):
    document = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
        "categories": [{"id": 1, "name": "fox"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]]}
        ],
    }
    content = packed({"a.png": png(), "a.json": json.dumps(document).encode()})
    pairs = {"purpose": "import", "format": "coco", "create_classes": "true"}
    made = begin("labels.zip", len(content), content, **pairs).json()
    assert made["status"] == "processing"
    run_jobs()
    assert api.get(f"/api/v1/uploads/{made['id']}").json()["status"] == "done"
    result = api.get(f"/api/v1/jobs/{made['job']}").json()["result"]
    assert (result["assets"], result["annotations"], result["classes"]) == (1, 1, 1)


def test_said_twice_taken_in_once(principal, project):
    content = png()
    upload = uploading.begin_upload(principal, project, "a.png", len(content))
    spool.path_of(upload.pk).write_bytes(content)
    uploading.take_in(principal, upload)
    again = uploading.take_in(principal, Upload.objects.get(pk=upload.pk))
    assert again.state == "done"
    assert Asset.objects.count() == 1


def test_forgotten_after_a_week(principal, project):
    old, new = (uploading.begin_upload(principal, project, "a.png", 10) for _ in range(2))
    Upload.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=8))
    uploading.forget_old()
    assert list(Upload.objects.all()) == [new]
    assert not spool.path_of(old.pk).exists() and spool.path_of(new.pk).exists()


def test_what_is_being_taken_in_is_not_given_up(api, begin):
    content = packed({"a.png": png()})
    made = begin("photos.zip", len(content), content).json()
    answer = api.delete(f"/api/v1/uploads/{made['id']}", HTTP_TUS_RESUMABLE="1.0.0")
    assert answer.status_code == 409
