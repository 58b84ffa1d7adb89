"""A video with its bytes: out as it is and in elsewhere, and its frames as pictures."""

import io
import json
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.services import store
from projects.models import Asset
from projects.services.frames import read_jpegs
from projects.services.projects import create_project
from tests.annotations.transfers.conftest import shapes_of
from tests.annotations.video.scenes import film

pytestmark = pytest.mark.django_db


@pytest.fixture
def video(principal, project, classes, upload, run_jobs, tmp_path):
    project.media = "mixed"
    project.save()
    asset_id = upload("night.mp4", film(tmp_path / "night.mp4", 6))
    run_jobs()
    video = Asset.objects.get(pk=asset_id)
    track, cat = uuid.uuid4(), uuid.UUID(classes["cat"])
    shapes = [
        {"class": cat, "bbox": [20, 24, 44, 32], "frame": 0, "track": track},
        {"class": cat, "bbox": [32, 28, 44, 32], "frame": 4, "track": track},
    ]
    store.patch(principal, video, 0, create=shapes, update=[], delete=[])
    return video


def test_into_an_empty_project(video, take, api, run_jobs, principal, workspace):
    file, _ = take("cvat")
    other = create_project(principal, workspace, name="Elsewhere", task="instance", media="video")
    form = {"format": "cvat", "file": SimpleUploadedFile("x.zip", file), "create_classes": "true"}
    answer = api.post(f"/api/v1/projects/{other.pk}/imports", form, format="multipart").json()
    run_jobs()
    result = api.get(f"/api/v1/jobs/{answer['id']}").json()["result"]
    assert result == {"assets": 1, "annotations": 2, "classes": 3, "skipped": []}
    copy = Asset.objects.get(project=other)
    assert (copy.status, copy.frames, copy.sha256) == ("ready", 6, video.sha256)
    assert shapes_of(copy) == shapes_of(video)


def test_a_video_is_named_where_only_images_are_taken(video, take, api, run_jobs, principal, workspace):
    file, _ = take("cvat")
    other = create_project(principal, workspace, name="Elsewhere", task="instance", media="image")
    form = {"format": "cvat", "file": SimpleUploadedFile("x.zip", file), "create_classes": "true"}
    answer = api.post(f"/api/v1/projects/{other.pk}/imports", form, format="multipart").json()
    run_jobs()
    skipped = api.get(f"/api/v1/jobs/{answer['id']}").json()["result"]["skipped"]
    assert [note["item"] for note in skipped] == ["images/night.mp4", "night.mp4"]
    assert "this project takes images" in skipped[0]["reason"]


def test_frames_are_pictures(video, take):
    file, job = take("coco")
    assert (job["result"]["images"], job["result"]["annotations"]) == (2, 2)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        document = json.loads(archive.read("annotations/instances.json"))
        names = [row["file_name"] for row in document["images"]]
        assert names == ["night_000000.jpg", "night_000004.jpg"]
        pictures = [archive.read(f"images/{name}") for name in names]
    assert pictures == [frame.content for frame in read_jpegs(video, [0, 4])]
