"""Uploading: every file stands by itself."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import events
from core.storage import storage
from projects.models import Asset
from tests.projects.pictures import jpeg, png

pytestmark = pytest.mark.django_db


def test_many_files_land_at_once(upload, api, url):
    first, second = upload(("a.png", png(40, 30, 1)), ("b.jpg", jpeg(50, 20, 2)))

    assert (first["name"], first["status"], first["width"], first["height"]) == ("a.png", "ready", 40, 30)
    assert (second["width"], second["height"], second["error"]) == (50, 20, None)
    rows = api.get(url).json()["results"]
    assert {row["id"] for row in rows} == {first["id"], second["id"]}
    assert rows[0]["sha256"] in {first["sha256"], second["sha256"]}


def test_bad_files_are_rejected_by_name_and_the_others_land(upload):
    whole = jpeg(64, 64, 3)
    results = upload(
        ("good.jpg", whole),
        ("cut.jpg", whole[: len(whole) // 2]),
        ("text.jpg", b"this is no picture"),
        ("empty.png", b""),
        ("also-good.png", png(seed=4)),
    )

    assert [result["status"] for result in results] == ["ready", "rejected", "rejected", "rejected", "ready"]
    assert [result["name"] for result in results[1:4]] == ["cut.jpg", "text.jpg", "empty.png"]
    assert "cut off" in results[1]["error"]
    assert "known format" in results[2]["error"]
    assert "empty" in results[3]["error"]
    assert all(result["id"] is None for result in results[1:4])
    assert Asset.objects.count() == 2


def test_content_that_is_there_already_is_recognised(upload):
    content = png(seed=5)
    (first,) = upload(("a.png", content))
    (again,) = upload(("other name.png", content))

    assert (again["id"], again["duplicate_of"], again["name"]) == (first["id"], first["id"], "a.png")
    assert first["duplicate_of"] is None
    assert Asset.objects.count() == 1


def test_two_images_of_one_name_are_told_apart(upload):
    names = [upload(("a.png", png(seed=seed)))[0]["name"] for seed in (6, 7, 8)]

    assert names == ["a.png", "a (2).png", "a (3).png"]


def test_names_cannot_climb_out_of_their_folder(upload, api):
    (result,) = upload(("x.png", png(seed=9)))
    renamed = api.patch(f"/api/v1/assets/{result['id']}", {"name": "../../etc\\day\u2028/b.png"})

    assert renamed.json()["name"] == "etc/day/b.png"


def test_the_bytes_are_kept_as_they_came(upload):
    content = jpeg(seed=10)
    (result,) = upload(("a.jpg", content))

    assert storage.read(Asset.objects.get(pk=result["id"]).storage_key) == content


def test_whoever_watches_the_project_hears_of_each_asset(upload, project):
    (result,) = upload(("a.png", png(seed=11)))
    (event,) = [e for e in events.replay(f"project:{project.pk}") if e.type == "asset"]

    assert event.payload["asset"]["id"] == result["id"]
    assert event.payload["asset"]["status"] == "ready"


def test_no_file_is_an_error_that_names_the_field(api, url):
    answer = api.post(url, {}, format="multipart")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "files"


def test_viewers_and_strangers_may_not_upload(client_for, other_api, anonymous, url):
    def send(client):
        file = SimpleUploadedFile("a.png", png())
        return client.post(url, {"files": [file]}, format="multipart").status_code

    assert send(client_for("viewer")) == 403
    assert send(other_api) == 404
    assert send(anonymous) == 401
    assert send(client_for("annotator")) == 201
