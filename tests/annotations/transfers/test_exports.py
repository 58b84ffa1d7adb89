"""Exports: a job, a file in ranges, for those who may read the project."""

import io
import json
import uuid
import zipfile

import pytest

from tests.annotations.transfers.conftest import SQUARE, coco, packed, png, polygon

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(bring):
    document = coco(["a.png"], [polygon(*SQUARE), {"bbox": [1, 2, 3, 4]}])
    bring("coco", "x.zip", packed({"a.png": png(), "c.json": document}), create_classes="true")


def test_coco_reads_anywhere(filled, take):
    from pycocotools.coco import COCO

    file, job = take("coco")
    assert (job["result"]["images"], job["result"]["annotations"]) == (1, 2)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        assert archive.read("images/a.png") == png()
        document = json.loads(archive.read("annotations/instances.json"))
    reader = COCO()
    reader.dataset = document
    reader.createIndex()
    assert [row["name"] for row in reader.loadCats(reader.getCatIds())] == ["cat", "dog"]
    first = reader.loadAnns(reader.getAnnIds())[0]
    assert reader.annToMask(first).sum() == first["area"] == 64


def test_without_images(filled, take):
    file, _ = take("labelme", images=False)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.namelist() == ["images/a.json"]


def test_in_ranges(api, filled, take):
    file, job = take("coco")
    url = job["result"]["download_url"]
    part = api.get(url, HTTP_RANGE="bytes=2-5")
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == file[2:6]
    assert "attachment" in part["Content-Disposition"]


def test_who_may(api, other_api, client_for, url, filled, take):
    _, job = take("coco")
    address = job["result"]["download_url"]
    assert other_api.get(address).status_code == 404
    assert other_api.post(f"{url}/exports", {"format": "coco"}).status_code == 404
    viewer = client_for("viewer")
    assert viewer.get(address).status_code == 200
    assert viewer.post(f"{url}/exports", {"format": "coco"}).status_code == 202
    assert api.get(f"/api/v1/exports/{uuid.uuid4()}/download").status_code == 404


def test_not_done_yet(api, url, filled):
    job = api.post(f"{url}/exports", {"format": "coco"}).json()
    answer = api.get(f"/api/v1/exports/{job['id']}/download")
    assert answer.status_code == 404
    assert "queued" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{"format": "word"}, {"format": "coco", "snapshot": str(uuid.uuid4())}, {}])
def test_bad_requests(api, url, body):
    answer = api.post(f"{url}/exports", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in ("format", "snapshot")


def test_nothing_to_export(api, url, run_jobs):
    job = api.post(f"{url}/exports", {"format": "coco"}).json()
    run_jobs()
    job = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert (job["status"], job["error"]["status"]) == ("failed", 422)


def test_formats(api, anonymous):
    answer = api.get("/api/v1/formats").json()
    formats = {each["name"]: each for each in answer["results"]}
    assert {"coco", "cvat", "datumaro", "labelme", "mask_png", "yolo_seg"} <= set(formats)
    assert all(each["import"] and each["export"] and each["keeps"] for each in formats.values())
    assert formats["coco"]["lossless"] and not formats["mask_png"]["lossless"]
    assert (formats["cvat"]["media"], formats["coco"]["media"]) == (["image", "video"], ["image"])
    assert (formats["mask_png"]["tasks"], len(formats["coco"]["tasks"])) == (["semantic"], 3)
    assert anonymous.get("/api/v1/formats").status_code == 401
