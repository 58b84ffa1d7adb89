"""tus 1.0: creation, pieces, what arrived, and what is refused."""

import base64
import hashlib
import uuid

import pytest

from projects import spool
from projects.models import Asset, Upload
from tests.projects.pictures import png
from tests.projects.uploads.conftest import PIECES, TUS, metadata

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_spoken(anonymous, api):
    answer = api.options("/api/v1/uploads")
    assert (answer.status_code, answer["Tus-Version"], answer["Tus-Resumable"]) == (204, "1.0.0", "1.0.0")
    assert "creation-with-upload" in answer["Tus-Extension"] and "sha256" in answer["Tus-Checksum-Algorithm"]
    assert int(answer["Tus-Max-Size"]) > 100 << 30


def test_a_picture_in_pieces(api, begin, send):
    content = png()
    made = begin("fox.png", len(content))
    assert made.status_code == 201 and made["Location"].endswith(f"/api/v1/uploads/{made.json()['id']}")
    key = made.json()["id"]
    status, headers, _ = send(key, [content[:50], content[50:100]], 0)
    assert (status, headers["upload-offset"]) == (204, "100")
    head = api.head(f"/api/v1/uploads/{key}", **TUS)
    assert (head["Upload-Offset"], head["Upload-Length"]) == ("100", str(len(content)))
    assert head["Cache-Control"] == "no-store"
    assert api.get(f"/api/v1/uploads/{key}").json()["status"] == "receiving"
    assert send(key, [content[100:]], 100)[1]["upload-offset"] == str(len(content))
    shown = api.get(f"/api/v1/uploads/{key}").json()
    assert (shown["status"], shown["offset"]) == ("done", len(content))
    (fate,) = shown["results"]
    asset = Asset.objects.get(pk=fate["id"])
    assert (asset.name, asset.sha256, fate["duplicate_of"]) == (
        "fox.png",
        hashlib.sha256(content).hexdigest(),
        None,
    )
    assert not spool.path_of(uuid.UUID(key)).exists()


def test_whole_with_its_creation_and_again_as_a_duplicate(begin):
    content = png()
    first, second = (begin("fox.png", len(content), content).json() for _ in range(2))
    assert first["status"] == second["status"] == "done"
    assert second["results"][0]["duplicate_of"] == first["results"][0]["id"]
    assert Asset.objects.count() == 1


def test_a_client_that_dies_goes_on(api, begin, send):
    content = png(200, 200)
    key = begin("fox.png", len(content)).json()["id"]
    assert send(key, [content[:70_000]], 0, dies=True)[0] == 0
    assert api.head(f"/api/v1/uploads/{key}", **TUS)["Upload-Offset"] == "70000"
    assert send(key, [content[70_000:]], 70_000)[0] == 204
    assert api.get(f"/api/v1/uploads/{key}").json()["status"] == "done"


def test_pieces_that_do_not_fit(begin, send, api):
    key = begin("fox.png", 100).json()["id"]
    assert send(key, [b"x" * 60], 0)[0] == 204
    assert send(key, [b"x" * 60], 0)[0] == 409
    assert send(key, [b"x" * 60], 60)[0] == 413
    assert send(key, [b"x"], 60, content_type="text/plain")[0] == 415
    assert send(key, [b"x"], 60, tus_resumable="0.2.2")[0] == 412
    status, _, body = send(key, [b"x"], 60, upload_offset="sixty")
    assert status == 400 and b"Upload-Offset" in body
    assert send(str(uuid.uuid4()), [b"x"], 0)[0] == 404


def test_check_sums(begin, send, api):
    key = begin("a.bin", 100).json()["id"]
    good = base64.b64encode(hashlib.sha1(b"x" * 50).digest()).decode()
    assert send(key, [b"y" * 50], 0, upload_checksum=f"sha1 {good}")[0] == 460
    assert api.head(f"/api/v1/uploads/{key}", **TUS)["Upload-Offset"] == "0"
    assert send(key, [b"x" * 20, b"x" * 30], 0, upload_checksum=f"sha1 {good}")[0] == 204
    assert send(key, [b"x" * 20], 50, dies=True, upload_checksum=f"sha1 {good}")[0] == 0
    assert api.head(f"/api/v1/uploads/{key}", **TUS)["Upload-Offset"] == "50"
    assert send(key, [b"x"], 50, upload_checksum="crc32 AAAA")[0] == 400


def test_a_length_that_is_said_late(api, project, send):
    content = png()
    made = api.generic(
        "POST",
        "/api/v1/uploads",
        HTTP_UPLOAD_DEFER_LENGTH="1",
        HTTP_UPLOAD_METADATA=metadata(filename="a.png", project=str(project.pk)),
        **TUS,
    )
    key = made.json()["id"]
    assert api.head(f"/api/v1/uploads/{key}", **TUS)["Upload-Defer-Length"] == "1"
    assert send(key, [content[:10]], 0)[0] == 204
    assert send(key, [content[10:]], 10, upload_length=str(len(content)))[0] == 204
    assert api.get(f"/api/v1/uploads/{key}").json()["results"][0]["name"] == "a.png"


def test_a_file_that_is_no_picture_is_named_with_the_reason(begin, api):
    shown = begin("notes.png", 5, b"hello").json()
    assert shown["status"] == "failed"
    assert "not an image" in shown["error"]
    assert shown["results"][0]["status"] == "rejected"


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"HTTP_UPLOAD_LENGTH": "many"}, "Upload-Length"),
        ({}, "Upload-Length"),
        ({"HTTP_UPLOAD_LENGTH": "5", "HTTP_UPLOAD_METADATA": "filename ???"}, "Upload-Metadata"),
        ({"HTTP_UPLOAD_LENGTH": "5", "HTTP_UPLOAD_METADATA": ""}, "project"),
        ({"purpose": "party"}, "purpose"),
        ({"purpose": "import", "format": "word"}, "format"),
    ],
)
def test_creations_that_are_refused(api, project, headers, field):
    pairs = {name: headers.pop(name) for name in ("purpose", "format") if name in headers}
    if pairs:
        headers["HTTP_UPLOAD_LENGTH"] = "5"
    given = metadata(filename="a.png", project=str(project.pk), **pairs)
    answer = api.generic("POST", "/api/v1/uploads", **{"HTTP_UPLOAD_METADATA": given, **headers, **TUS})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert Upload.objects.count() == 0


def test_without_the_version(api, project):
    answer = api.generic("POST", "/api/v1/uploads", HTTP_UPLOAD_LENGTH="5")
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_whose_uploads_they_are(begin, send, client_for, other_api, api, url):
    key = begin("a.png", 10).json()["id"]
    for stranger in (other_api, client_for("annotator")):
        assert stranger.get(f"/api/v1/uploads/{key}").status_code == 404
        assert stranger.delete(f"/api/v1/uploads/{key}", **TUS).status_code == 404
    assert [row["id"] for row in api.get(f"{url}/uploads?status=receiving").json()["results"]] == [key]
    assert api.get(f"{url}/uploads?status=done").json()["results"] == []
    assert client_for("annotator").get(f"{url}/uploads").json()["results"] == []
    viewer = client_for("viewer")
    given = metadata(filename="a.png", project=url.split("/")[-1])
    refused = viewer.generic(
        "POST", "/api/v1/uploads", HTTP_UPLOAD_LENGTH="5", HTTP_UPLOAD_METADATA=given, **TUS
    )
    assert refused.status_code == 403


def test_given_up(api, begin, send):
    key = begin("a.png", 10).json()["id"]
    assert api.delete(f"/api/v1/uploads/{key}", **TUS).status_code == 204
    assert api.head(f"/api/v1/uploads/{key}", **TUS).status_code == 404
    assert send(key, [b"x"], 0)[0] == 404
    assert not spool.path_of(uuid.UUID(key)).exists()


def test_more_than_was_announced_with_the_creation(begin):
    answer = begin("a.png", 3, b"hello")
    assert answer.status_code == 413
    assert PIECES and Upload.objects.count() == 0


def test_a_creation_that_is_sent_twice_creates_once(api, project):
    def create(length: int):
        return api.post(
            "/api/v1/uploads",
            HTTP_TUS_RESUMABLE="1.0.0",
            HTTP_UPLOAD_LENGTH=str(length),
            HTTP_UPLOAD_METADATA=metadata(filename="a.png", project=str(project.pk)),
            HTTP_IDEMPOTENCY_KEY="once",
        )

    first, second = create(100), create(100)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first["Location"] == second["Location"] == f"/api/v1/uploads/{first.json()['id']}"
    assert create(200).status_code == 422
