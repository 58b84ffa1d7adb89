"""Shapes of a real video file are followed by a job; what people drew on the way stays."""

import uuid

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.models import Annotation, AnnotationRevision
from core.models import Job
from projects.models import Asset
from tests.annotations.video.scenes import HIGH, WIDE, film, place

pytestmark = pytest.mark.django_db
FRAMES = 16


@pytest.fixture(autouse=True)
def _decoders_of_its_own(settings, tmp_path):
    settings.TESSERA_FRAME_CACHE_DIR = tmp_path / "frames"
    yield
    from projects.services import frames

    frames._pool.close()


@pytest.fixture
def project(principal, workspace):
    from projects.services.projects import create_project

    return create_project(principal, workspace, name="Streets", task="instance", media="video")


@pytest.fixture
def video(api, project, run_jobs, tmp_path):
    file = SimpleUploadedFile("a.mp4", film(tmp_path / "a.mp4", FRAMES))
    answer = api.post(f"/api/v1/projects/{project.pk}/assets", {"files": [file]}, format="multipart")
    run_jobs()
    asset = Asset.objects.get(pk=answer.data["results"][0]["id"])
    assert asset.status == "ready" and asset.frames == FRAMES
    return asset


def box(frame):
    return [*place(frame), WIDE, HIGH]


def draw(patch, video, classes, revision=0, **more):
    key = str(uuid.uuid4())
    body = {"id": key, "class": classes["cat"], "bbox": box(0), "frame": 0, **more}
    answer = patch(video, revision, create=[body])
    assert answer.status_code == 200, answer.data
    return key


def propagate(api, run_jobs, video, **body):
    answer = api.post(f"/api/v1/assets/{video.pk}/propagate", body, format="json")
    if answer.status_code != 202:
        return answer
    run_jobs()
    job = Job.objects.get(pk=answer.data["id"])
    assert job.status == "succeeded", job.error
    return job.result


def seen(api, video, frame):
    results = api.get(f"/api/v1/assets/{video.pk}/annotations?frame={frame}").data["results"]
    return [np.array(shape["bbox"]) for shape in results]


def near(found, frame):
    return np.abs(found - box(frame)).max() < 2.5


def test_a_shape_is_followed_to_the_end_as_one_revision(api, patch, run_jobs, video, classes):
    key = draw(patch, video, classes)
    result = propagate(api, run_jobs, video, ids=[key], **{"from": 0, "to": FRAMES - 1})
    (track,) = result["tracks"]
    assert (track["id"], track["reached"], track["reason"]) == (key, FRAMES - 1, "done")
    assert result["revision"] == 2 and result["refused"] == 0
    rows = Annotation.objects.filter(track=track["track"]).order_by("frame")
    assert str(rows[0].pk) == key and rows[0].source == "human"
    assert {row.source for row in rows[1:]} == {"assist"} and rows.last().score > 0.7
    for frame in range(FRAMES):
        (found,) = seen(api, video, frame)
        assert near(found, frame)


def test_backwards_and_from_between_keyframes(api, patch, run_jobs, video, classes):
    track = str(uuid.uuid4())
    key = draw(patch, video, classes, bbox=box(6), frame=6, track=track)
    draw(patch, video, classes, 1, bbox=box(12), frame=12, track=track)
    result = propagate(api, run_jobs, video, ids=[key], **{"from": 9, "to": 0})
    # It meets what a person drew on frame 6.
    assert result["tracks"][0]["reached"] == 7 and result["tracks"][0]["reason"] == "keyframe"
    result = propagate(api, run_jobs, video, ids=[key], **{"from": 6, "to": 0})
    assert result["tracks"][0]["reached"] == 0
    (found,) = seen(api, video, 0)
    assert near(found, 0)
    for frame in (6, 12):
        assert Annotation.objects.get(track=track, frame=frame).source == "human"


def test_a_second_time_machines_keyframes_are_written_anew(api, patch, run_jobs, video, classes):
    key = draw(patch, video, classes)
    for _ in range(2):
        propagate(api, run_jobs, video, ids=[key], **{"from": 0, "to": 10})
    track = Annotation.objects.get(pk=key).track
    frames = list(Annotation.objects.filter(track=track).values_list("frame", flat=True))
    assert len(frames) == len(set(frames)) and max(frames) == 10


def test_a_job_that_is_delivered_again_writes_nothing_twice(api, patch, run_jobs, video, classes):
    from annotations.services import propagating
    from core.jobs import JobHandle

    key = draw(patch, video, classes)
    result = propagate(api, run_jobs, video, ids=[key], **{"from": 0, "to": 5})
    job = Job.objects.get(kind=propagating.KIND)
    handle = JobHandle(job, uuid.uuid4())
    handle.progress = lambda *_: None
    again = propagating.run_propagation(handle)
    assert again["revision"] == result["revision"]
    assert AnnotationRevision.objects.filter(asset=video).count() == 2


def test_bad_requests_name_the_field(api, other_api, client_for, patch, run_jobs, video, classes):
    key = draw(patch, video, classes)

    def field(**body):
        answer = propagate(api, run_jobs, video, **body)
        assert answer.status_code == 400, answer.data
        return answer.data["errors"][0]["field"]

    assert field(ids=[key], **{"from": 0, "to": 0}) == "to"
    assert field(ids=[key], **{"from": 0, "to": FRAMES}) == "to"
    assert field(ids=[key], **{"from": FRAMES, "to": 0}) == "from"
    assert field(ids=[str(uuid.uuid4())], **{"from": 0, "to": 5}) == "ids"
    assert field(ids=[key], **{"from": 3, "to": 5}) == "ids"
    assert field(ids=[], **{"from": 0, "to": 5}) == "ids"
    assert field(ids=[key], engine="magic", **{"from": 0, "to": 5}) == "engine"
    where = f"/api/v1/assets/{video.pk}/propagate"
    body = {"ids": [key], "from": 0, "to": 5}
    assert other_api.post(where, body, format="json").status_code == 404
    assert client_for("viewer").post(where, body, format="json").status_code == 403


def test_frames_that_become_images_take_their_shapes_along(api, patch, run_jobs, video, classes):
    track = str(uuid.uuid4())
    draw(patch, video, classes, bbox=box(2), frame=2, track=track, attributes={"colour": "red"})
    draw(patch, video, classes, 1, bbox=box(12), frame=12, track=track)
    body = {"every": 5, "unit": "frames", "from": 0, "to": 15}
    answer = api.post(f"/api/v1/assets/{video.pk}/extract", body, format="json")
    run_jobs()
    assert Job.objects.get(pk=answer.data["id"]).status == "succeeded"
    images = list(Asset.objects.filter(media="image").order_by("name"))
    assert [image.metadata["frame"] for image in images] == [0, 5, 10, 15]
    assert [image.annotation_count for image in images] == [0, 1, 1, 1]
    assert [image.revision for image in images] == [0, 1, 1, 1]
    (shape,) = Annotation.objects.filter(asset=images[1])
    assert shape.frame is None and str(shape.track) == track
    assert shape.attributes == {"colour": "red"}
    assert near(np.array(shape.bbox), 5)
