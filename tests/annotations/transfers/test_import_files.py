"""Files that are not what they say, and archives that mean harm."""

import io
import itertools
import stat
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotations.models import Annotation
from annotations.services import landing, tidying
from core import jobs
from core.models import Job
from core.storage import storage
from projects import archives
from projects.models import Asset
from tests.annotations.transfers.conftest import SQUARE, coco, packed, png, polygon

pytestmark = pytest.mark.django_db
LATIN = '{"images": [{"id": 1, "file_name": "ä.png"}], "annotations": [], "categories": []}'.encode("latin-1")
BAD = [
    ("coco", b"", "empty"),
    ("coco", b"[]", "a JSON list"),
    ("coco", b"no json", "not JSON"),
    ("coco", b"{}", "images"),
    ("coco", b'{"images": [1], "annotations": [{}, [1]]}', "list of objects"),
    ("coco", coco([], [])[:-5].encode(), "ends in the middle"),
    ("coco", LATIN, "UTF-8"),
    ("coco", b"PK\x03\x04 broken", "not JSON"),
    ("coco", packed({"a.txt": "x"}), "no JSON file"),
    ("coco", packed({"a.json": "{}"}), "lists `images`"),
    ("labelme", b"{}", "list `shapes`"),
    ("labelme", b"<x/>", "no LabelMe file"),
    ("labelme", b"<x", "not XML"),
    ("labelme", packed({"a.txt": "x"}), "no JSON"),
    ("mask_png", packed({"masks/a.png": png(), "classes.txt": "ä".encode("latin-1")}), "UTF-8"),
    ("mask_png", packed({"masks/a.png": png(), "colors.json": '{"a": "red"}'}), "is no colour"),
]


@pytest.mark.parametrize(("format", "content", "reason"), BAD)
def test_a_file_of_the_wrong_kind_fails_with_the_reason(bring, classes, format, content, reason):
    job = bring(format, "x.json", content or b" ")
    assert job["status"] == "failed"
    assert job["error"]["status"] in (422, 413)
    assert reason in job["error"]["detail"]
    assert job["result"] is None
    tidying.tidy_imports()
    assert not storage.exists(Job.objects.get().payload["key"])


def archive_with(*entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return file.getvalue()


def test_paths_out_of_the_archive_links_and_nested_archives(bring, classes):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = archive_with(
        ("../../evil.png", png(grey=1)),
        ("/absolute.png", png(grey=2)),
        (link, "/etc/passwd"),
        ("inner.zip", packed({"x.png": png()})),
        ("__MACOSX/._a.png", b"junk"),
        ("a.png", png()),
        ("c.json", coco(["a.png"], [polygon(*SQUARE)])),
    )
    job = bring("coco", "x.zip", file)
    assert (job["result"]["assets"], job["result"]["annotations"]) == (1, 1)
    items = [note["item"] for note in job["result"]["skipped"]]
    assert items == ["../../evil.png", "/absolute.png", "link.png", "inner.zip"]


def test_a_bomb(bring, classes, monkeypatch):
    monkeypatch.setattr(archives, "RATIO_FROM", 1 << 20)
    job = bring("coco", "x.zip", packed({"a.json": b" " * (8 << 20)}))
    assert job["status"] == "failed"
    assert "bomb" in job["error"]["detail"]


def test_too_many_members(bring, classes, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    job = bring("coco", "x.zip", packed({f"{n}.json": "{}" for n in range(3)}))
    assert job["error"]["status"] == 413


def test_a_damaged_image_inside_is_named_and_the_rest_lands(bring, classes):
    document = coco(["a.png", "bad.png"], [polygon(*SQUARE), polygon(*SQUARE, image_id=2)])
    file = packed({"a.png": png(), "bad.png": b"\x89PNG\r\n\x1a\nbroken", "c.json": document})
    job = bring("coco", "x.zip", file)
    assert (job["result"]["assets"], job["result"]["annotations"]) == (1, 1)
    assert "bad.png" in {note["item"] for note in job["result"]["skipped"]}


def test_one_picture_under_two_names(bring, classes):
    document = coco(["a.png", "b.png"], [polygon(*SQUARE), polygon(1, 1, 5, 1, 5, 5, image_id=2)])
    job = bring("coco", "x.zip", packed({"a.png": png(), "b.png": png(), "c.json": document}))
    assert (job["result"]["assets"], job["result"]["annotations"]) == (1, 2)
    assert "same picture as a.png" in job["result"]["skipped"][0]["reason"]


def test_unknown_format(api, url):
    form = {"format": "word", "file": SimpleUploadedFile("a.doc", b"x")}
    answer = api.post(f"{url}/imports", form, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "format"


def test_no_file(api, url):
    answer = api.post(f"{url}/imports", {"format": "coco"}, format="multipart")
    assert answer.json()["errors"][0]["field"] == "file"


def test_who_may(other_api, client_for, url):
    def send(client):
        form = {"format": "coco", "file": SimpleUploadedFile("a.json", b"{}")}
        return client.post(f"{url}/imports", form, format="multipart").status_code

    assert send(other_api) == 404
    assert send(client_for("annotator")) == 403
    assert send(client_for("viewer")) == 403
    assert send(client_for("engineer")) == 202


def start(api, url, content):
    form = {"format": "coco", "file": SimpleUploadedFile("a.json", content.encode())}
    return api.post(f"{url}/imports", form, format="multipart").json()["id"]


def many(upload, count):
    for number in range(count):
        upload(f"{number}.png", png(grey=number))
    rows = [polygon(*SQUARE, image_id=number + 1) for number in range(count)]
    return coco([f"{number}.png" for number in range(count)], rows)


def test_a_worker_that_dies_in_the_middle_leaves_no_duplicates(api, url, classes, upload, monkeypatch):
    from annotations.services import imports

    monkeypatch.setattr(imports, "BATCH_ASSETS", 2)
    job = start(api, url, many(upload, 6))
    land, calls = imports.land, []

    def dying(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise jobs.LeaseLost
        return land(*arguments)

    monkeypatch.setattr(imports, "land", dying)
    jobs.run(job)
    assert Annotation.objects.count() == 4
    Job.objects.update(lease_expires_at=None, lease_token=None)
    jobs.run(job)
    assert Job.objects.get().status == "succeeded"
    assert Annotation.objects.count() == 6
    assert set(Asset.objects.values_list("annotation_count", "revision")) == {(1, 1)}


def test_cancelled_in_the_middle(api, url, classes, upload, monkeypatch):
    from annotations.services import imports

    monkeypatch.setattr(imports, "BATCH_ASSETS", 2)
    monkeypatch.setattr(jobs, "PROGRESS_EVERY", 0)
    job = start(api, url, many(upload, 6))
    land = imports.land

    def cancelling(*arguments):
        Job.objects.update(cancel_requested=True)
        return land(*arguments)

    monkeypatch.setattr(imports, "land", cancelling)
    jobs.run(job)
    assert Job.objects.get().status == "cancelled"
    assert Annotation.objects.count() == 2
    tidying.tidy_imports()
    assert not storage.exists(Job.objects.get().payload["key"])


def test_ids_are_in_order():
    found = list(itertools.islice(landing._ids(timezone.now()), 5000))
    assert found == sorted(set(found))
    assert {(each.version, each.variant) for each in found} == {(7, uuid.RFC_4122)}
