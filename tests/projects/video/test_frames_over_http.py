"""A video's frames as the browser asks for them."""

import time

import pytest

from projects.models import Asset
from projects.services import frames as services
from tests.projects.pictures import png
from tests.projects.video.conftest import FILES
from tests.projects.video.films import film, from_the_start, is_frame, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def video(ready, tmp_path):
    """An asset of 50 frames with B-frames, and all of them."""
    content = film(path := tmp_path / "walk.mp4", frames=50, g="12", bf="3", sc_threshold="0")
    return ready("walk.mp4", content), from_the_start(path)


def test_each_frame_is_the_one_that_was_asked_for(api, video):
    asset, truth = video
    for number in (49, 0, 13, 12, 11, 37):
        answer = api.get(f"/api/v1/assets/{asset['id']}/frames/{number}")
        assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
        assert is_frame(answer.content, truth, number), number


def test_a_turned_video_shows_upright_frames(api, ready):
    asset = ready("a.mov", (path := FILES / "decord/video_270.mov").read_bytes())
    truth = from_the_start(path)

    answer = api.get(f"/api/v1/assets/{asset['id']}/frames/2")
    assert seen(answer.content).shape == (568, 320, 3) and is_frame(answer.content, truth, 2)


def test_smaller_frames_are_the_same_picture(api, ready):
    asset = ready("a.mkv", (FILES / "decord/flipping_a_pancake.mkv").read_bytes())
    whole = seen(api.get(f"/api/v1/assets/{asset['id']}/frames/200").content)
    small = seen(api.get(f"/api/v1/assets/{asset['id']}/frames/200?size=160").content)
    never_larger = seen(api.get(f"/api/v1/assets/{asset['id']}/frames/200?size=1920").content)

    assert whole.shape == never_larger.shape == (240, 426, 3) and small.shape == (90, 160, 3)
    assert abs(whole.mean() - small.mean()) < 3


def test_what_a_player_needs_to_know(api, video):
    asset, _ = video
    told = api.get(f"/api/v1/assets/{asset['id']}/frames").json()

    assert (told["count"], told["fps"], told["frame_rate"], told["duration"]) == (50, 25, "25/1", 2)
    assert (told["width"], told["height"], told["is_steady"], told["seconds"]) == (96, 64, True, None)
    assert told["keyframes"][0] == 0 and 12 in told["keyframes"] and told["sizes"][0] == 160


def test_frames_at_no_steady_rate_come_with_their_times(api, ready, tmp_path):
    times = [0, 40, 80, 500, 540, 1500]
    asset = ready("a.mkv", film(tmp_path / "a.mkv", frames=6, times=times))
    told = api.get(f"/api/v1/assets/{asset['id']}/frames").json()

    assert told["is_steady"] is False and told["fps"] == 25
    assert told["seconds"] == [0, 0.04, 0.08, 0.5, 0.54, 1.5]


def test_a_browser_keeps_frames_and_asks_for_none_twice(api, video):
    asset, _ = video
    url = f"/api/v1/assets/{asset['id']}/frames/3?size=160"
    answer = api.get(url)

    assert answer["Cache-Control"] == "private, max-age=86400, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert api.get(url, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert api.get(url.replace("3?", "4?"), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 200


def test_neighbours_are_there_before_they_are_asked_for(api, video, settings):
    asset, truth = video
    folder = settings.TESSERA_FRAME_CACHE_DIR / asset["sha256"][:2] / asset["sha256"] / "full"
    api.get(f"/api/v1/assets/{asset['id']}/frames/20")

    # The rest of the video behind it, and what was decoded on the way to it.
    wait_for(folder, range(12, 50))
    services._pool.close()
    for number in (12, 19, 21, 49):
        assert is_frame(api.get(f"/api/v1/assets/{asset['id']}/frames/{number}").content, truth, number)


def wait_for(folder, numbers):
    """Until these frames lie in the cache."""
    wanted = {f"{number}.jpg" for number in numbers}
    until = time.monotonic() + 60
    while not wanted <= {file.name for file in folder.iterdir()}:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_frames_that_are_not_there_say_what_is(api, video, send, project):
    asset, _ = video
    beyond = api.get(f"/api/v1/assets/{asset['id']}/frames/50")
    assert beyond.status_code == 404 and "0 to 49" in beyond.json()["detail"]
    for size in ("333", "-1", "big"):
        wrong = api.get(f"/api/v1/assets/{asset['id']}/frames/3?size={size}")
        assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "size"
    (image,) = send(("a.png", png()))
    for path in ("frames", "frames/0"):
        answer = api.get(f"/api/v1/assets/{image['id']}/{path}")
        assert answer.status_code == 422 and "is an image" in answer.json()["detail"]


def test_strangers_see_no_frame(video, other_api, anonymous, client_for):
    asset, _ = video
    for path in ("frames", "frames/0"):
        url = f"/api/v1/assets/{asset['id']}/{path}"
        assert other_api.get(url).status_code == 404
        assert anonymous.get(url).status_code == 401
        assert client_for("viewer").get(url).status_code == 200


def test_what_is_derived_is_made_again(api, video, run_jobs):
    from core.storage import storage

    asset, truth = video
    digest = asset["sha256"]
    for path, early in (("frames/9", 409), ("thumbnail?size=160", 404), ("image", 404)):
        storage.delete_tree(f"derived/{digest[:2]}/{digest}")
        assert api.get(f"/api/v1/assets/{asset['id']}/{path}").status_code == early
        assert Asset.objects.get().status == "processing"
        run_jobs()
        assert api.get(f"/api/v1/assets/{asset['id']}/{path}").status_code == 200
    assert is_frame(api.get(f"/api/v1/assets/{asset['id']}/frames/9").content, truth, 9)


def test_a_video_whose_bytes_are_gone_says_so(api, video):
    from core.storage import storage

    asset, _ = video
    storage.delete(Asset.objects.get(pk=asset["id"]).storage_key)
    assert api.get(f"/api/v1/assets/{asset['id']}/frames/9").status_code == 404
