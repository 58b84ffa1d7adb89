"""A video is stored at once and looked through by a job: what it has is counted, not believed."""

import pytest

from core import events
from core.storage import storage
from projects.models import Asset
from tests.projects.pictures import body, png
from tests.projects.video.conftest import FILES
from tests.projects.video.films import film, seen

pytestmark = pytest.mark.django_db


def test_a_video_is_processing_until_it_was_looked_through(send, run_jobs, api, project):
    (result,) = send(("bedroom.mp4", (FILES / "sam2/bedroom.mp4").read_bytes()))

    assert (result["status"], result["media"], result["error"]) == ("processing", "video", None)
    early = api.get(f"/api/v1/assets/{result['id']}/frames")
    assert early.status_code == 409 and "still being read" in early.json()["detail"]

    run_jobs()
    asset = api.get(f"/api/v1/assets/{result['id']}").json()
    assert (asset["status"], asset["frames"], asset["fps"], asset["frame_rate"]) == ("ready", 200, 30, "30/1")
    assert (asset["width"], asset["height"], asset["warning"]) == (960, 540, "")
    assert asset["duration"] == pytest.approx(200 / 30)
    told = [e.payload["asset"]["status"] for e in events.replay(f"project:{project.pk}") if e.type == "asset"]
    assert told == ["processing", "ready"]


@pytest.mark.parametrize(
    ("file", "frames", "size", "seconds"),
    [
        ("flipping_a_pancake.mkv", 310, (426, 240), 10.333),
        ("unordered.mov", 4, (50, 50), 0.125),
        ("video_0.mov", 3, (568, 320), 0.1),
        ("video_90.mov", 3, (320, 568), 0.1),
        ("video_180.mov", 3, (568, 320), 0.1),
        ("video_270.mov", 3, (320, 568), 0.1),
    ],
)
def test_frames_are_counted_and_sizes_are_those_of_the_upright_picture(ready, file, frames, size, seconds):
    asset = ready(file, (FILES / "decord" / file).read_bytes())

    assert (asset["frames"], asset["width"], asset["height"]) == (frames, *size)
    assert asset["duration"] == pytest.approx(seconds, abs=0.001)


def test_damage_costs_only_itself_and_is_told(ready):
    asset = ready("corrupted.mp4", (FILES / "decord/corrupted.mp4").read_bytes())

    assert (asset["status"], asset["frames"]) == ("ready", 49)
    assert "near 3 s" in asset["warning"] and "49 of 50 frames" in asset["warning"]


def test_what_breaks_off_has_the_frames_up_to_the_break(ready, tmp_path):
    container = film(tmp_path / "a.mkv", frames=60)
    asset = ready("cut.mkv", container[: len(container) * 2 // 3])

    assert asset["status"] == "ready" and 20 < asset["frames"] < 60
    assert "of 2.4 seconds" in asset["warning"]

    whole = film(tmp_path / "a.mp4", frames=60, container_options={"movflags": "faststart"})
    asset = ready("cut.mp4", whole[: len(whole) * 2 // 3])
    assert asset["status"] == "ready" and 20 < asset["frames"] < 60
    assert f"{asset['frames']} of 60 frames can be read" in asset["warning"]


def test_what_cannot_be_decoded_is_rejected_by_itself(send, run_jobs, api, tmp_path):
    whole = film(tmp_path / "a.mp4")
    bad = whole[:8] + b"isom" + bytes(4000)
    good, broken = send(("good.mp4", whole), ("bad.mp4", bad))
    run_jobs()

    assert api.get(f"/api/v1/assets/{good['id']}").json()["status"] == "ready"
    rejected = api.get(f"/api/v1/assets/{broken['id']}").json()
    assert rejected["status"] == "rejected" and "no video that can be read" in rejected["error"]
    for path in ("frames", "frames/0", "thumbnail", "image"):
        assert api.get(f"/api/v1/assets/{broken['id']}/{path}").status_code == 422


def test_what_was_rejected_is_looked_at_again_when_it_comes_again(send, run_jobs, tmp_path):
    content = film(tmp_path / "a.mp4")
    (first,) = send(("a.mp4", content))
    Asset.objects.filter(pk=first["id"]).update(status="rejected", error="The worker died.")
    (again,) = send(("a.mp4", content))
    run_jobs()

    assert (again["id"], again["status"]) == (first["id"], "processing")
    assert Asset.objects.get(pk=first["id"]).status == "ready"


def test_a_job_that_is_cancelled_rejects_its_video(send, api, project):
    from core.models import Job

    (result,) = send(("a.mp4", (FILES / "decord/video_0.mov").read_bytes()))
    api.post(f"/api/v1/jobs/{Job.objects.get(kind='projects.probe').pk}/cancel")

    asset = Asset.objects.get(pk=result["id"])
    assert asset.status == "rejected" and "upload it again" in asset.error


def test_a_project_for_images_says_where_videos_go(send, principal, workspace):
    from projects.services.projects import create_project

    images = create_project(principal, workspace, name="Photos", task="semantic")
    video = (FILES / "decord/video_0.mov").read_bytes()
    refused, taken = send(("film.mov", video), ("a.png", png()), to=images)

    assert refused["status"] == "rejected" and "videos or for both" in refused["error"]
    assert taken["status"] == "ready" and Asset.objects.count() == 1


def test_images_and_videos_live_side_by_side_in_a_mixed_project(send, run_jobs, principal, workspace):
    from projects.services.projects import create_project

    mixed = create_project(principal, workspace, name="Both", task="semantic", media="mixed")
    send(("a.mov", (FILES / "decord/video_0.mov").read_bytes()), ("a.png", png()), to=mixed)
    run_jobs()

    assert dict(Asset.objects.values_list("media", "status")) == {"video": "ready", "image": "ready"}


def test_its_first_frame_stands_for_it(ready, api):
    asset = ready("turned.mov", (FILES / "decord/video_90.mov").read_bytes())

    small = body(api.get(f"/api/v1/assets/{asset['id']}/thumbnail?size=160"))
    assert seen(small).shape == (160, 90, 3)
    whole = api.get(f"/api/v1/assets/{asset['id']}/image")
    assert whole["Content-Type"] == "image/jpeg" and seen(body(whole)).shape == (568, 320, 3)
    original = api.get(f"/api/v1/assets/{asset['id']}/image?original=1")
    assert original["Content-Type"] == "video/quicktime"
    assert body(original) == storage.read(Asset.objects.get().storage_key)
