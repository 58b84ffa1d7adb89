"""Frames become images: each once, by the video's name and its number."""

import pytest

from core import jobs
from core.models import Job
from core.storage import storage
from projects.models import Asset
from tests.projects.video.films import film, from_the_start, is_frame

pytestmark = pytest.mark.django_db


@pytest.fixture
def video(ready, tmp_path):
    """Two seconds of 25 frames each, and all of them."""
    content = film(path := tmp_path / "walk.mp4", frames=50, g="12", bf="3", sc_threshold="0")
    return ready("walk.mp4", content)["id"], from_the_start(path)


@pytest.fixture
def extract(api, run_jobs):
    def run(video, **body):
        answer = api.post(f"/api/v1/assets/{video}/extract", body)
        assert answer.status_code == 202, answer.json()
        run_jobs()
        return Job.objects.get(pk=answer.json()["id"])

    return run


def numbers():
    images = Asset.objects.filter(media="image").order_by("name")
    return [image.metadata["frame"] for image in images]


def test_one_image_every_so_many_seconds(video, extract, api):
    video, truth = video
    job = extract(video, every=0.4)

    assert job.result == {"created": 5, "skipped": 0, "duplicates": 0}
    images = list(Asset.objects.filter(media="image").order_by("name"))
    assert [image.name for image in images][:2] == ["walk_000000.jpg", "walk_000010.jpg"]
    assert images[1].metadata == {"video": video, "frame": 10, "seconds": 0.4}
    assert all(is_frame(storage.read(image.storage_key), truth, image.metadata["frame"]) for image in images)
    assert api.get(f"/api/v1/assets/{images[1].pk}").json()["metadata"]["frame"] == 10
    assert (images[0].width, images[0].height, images[0].status) == (96, 64, "ready")


def test_one_image_every_so_many_frames_of_a_part(video, extract):
    extract(video[0], every=7, unit="frames", **{"from": 10, "to": 31})
    assert numbers() == [10, 17, 24, 31]


def test_doing_it_again_makes_only_what_is_missing(video, extract):
    extract(video[0], every=20, unit="frames")
    Asset.objects.get(metadata__frame=20).delete()
    job = extract(video[0], every=10, unit="frames")

    assert job.result == {"created": 3, "skipped": 2, "duplicates": 0}
    assert numbers() == [0, 10, 20, 30, 40]


def test_a_job_whose_worker_died_goes_on(video, extract, api, run_jobs, monkeypatch):
    from projects.services import extracting

    add, made = extracting.add_asset, []

    def dying(*args, **options):
        if len(made) == 2:
            raise jobs.LeaseLost
        made.append(add(*args, **options))
        return made[-1]

    monkeypatch.setattr(extracting, "add_asset", dying)
    job = extract(video[0], every=10, unit="frames")
    assert job.status == "running" and len(numbers()) == 2

    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(lease_expires_at=None, lease_token=None)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.status == "succeeded" and numbers() == [0, 10, 20, 30, 40]


def test_frames_that_are_alike_are_one_image(ready, extract, tmp_path):
    import av
    import numpy as np

    with av.open(str(tmp_path / "still.mkv"), "w") as file:
        stream = file.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "bgr0"
        for _ in range(5):
            picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 90, np.uint8), format="rgb24")
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))
    asset = ready("still.mkv", (tmp_path / "still.mkv").read_bytes())

    assert extract(asset["id"], every=1, unit="frames").result["duplicates"] == 4


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "every"),
        ({"every": 0}, "every"),
        ({"every": -1}, "every"),
        ({"every": 1.5, "unit": "frames"}, "every"),
        ({"every": 1, "unit": "hours"}, "unit"),
        ({"every": 1, "from": 30, "to": 20}, "from"),
        ({"every": 1, "to": 50}, "to"),
        ({"every": "nan"}, "every"),
    ],
)
def test_what_names_no_frames_is_refused_by_its_field(video, api, body, field):
    answer = api.post(f"/api/v1/assets/{video[0]}/extract", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_viewers_may_not(video, client_for, other_api):
    url = f"/api/v1/assets/{video[0]}/extract"
    assert client_for("viewer").post(url, {"every": 1}).status_code == 403
    assert other_api.post(url, {"every": 1}).status_code == 404
    assert client_for("annotator").post(url, {"every": 1}).status_code == 202


def test_the_list_finds_videos_and_what_was_taken_out_of_them(video, extract, api):
    extract(video[0], every=25, unit="frames")
    url = f"/api/v1/projects/{Asset.objects.get(pk=video[0]).project_id}/assets"

    def found(query):
        return sorted(row["name"] for row in api.get(f"{url}?{query}").json()["results"])

    assert found("media=video") == ["walk.mp4"]
    assert found(f"video={video[0]}") == found("media=image") == ["walk_000000.jpg", "walk_000025.jpg"]
    assert api.get(f"{url}?media=film").status_code == 400
