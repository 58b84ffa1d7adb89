"""A video, predicted by a job: one line a frame, and the video with what was seen drawn into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.media.video import Reader
from tests.deployments.bulk import answer_with_squirrel, lines, result
from tests.deployments.videos import turned, video


@pytest.fixture
def url(deployment: Any, inference: Any) -> str:
    inference.answers = answer_with_squirrel
    return f"/api/v1/deployments/{deployment['id']}/jobs"


def send(api: Any, url: str, content: bytes, name: str = "walk.mp4", **options: Any) -> Any:
    return api.post(url, {"video": SimpleUploadedFile(name, content), **options}, format="multipart")


def drawn(archive: Any, tmp_path: Path) -> list[Any]:
    (tmp_path / "overlay.mp4").write_bytes(archive.read("overlay.mp4"))
    with Reader(tmp_path / "overlay.mp4") as reader:
        return list(reader.frames())


def test_every_frame_has_a_line_and_its_overlay(api: Any, url: str, run_jobs: Any, tmp_path: Path) -> None:
    started = send(api, url, video(tmp_path / "a.mp4", frames=20))
    assert started.status_code == 202, started.content
    run_jobs()
    said, archive = result(api, started.json())
    assert said["frames"] == said["predictions"] == 20 and said["failed"] == []
    found = lines(archive)
    assert [line["frame"] for line in found] == list(range(20)) and found[7]["seconds"] == 0.7
    assert found[0]["image"] == {"width": 64, "height": 48}
    frames = drawn(archive, tmp_path)
    assert len(frames) == 20 and frames[7].seconds == pytest.approx(0.7)
    # The class's #ff8800 over a dark left half; the right half as it was.
    left, right = frames[3].pixels[40, 10].astype(int), frames[3].pixels[40, 50].astype(int)
    assert left[0] > 110 and left[2] < 60 and right.max() < 90


def test_every_nth_frame_keeps_its_number_and_its_time(
    api: Any, url: str, inference: Any, run_jobs: Any, tmp_path: Path
) -> None:
    job = send(api, url, video(tmp_path / "a.mp4", frames=20), every=6).json()
    run_jobs()
    said, archive = result(api, job)
    assert said["frames"] == len(inference.predicted) == 4
    assert [(line["frame"], line["seconds"]) for line in lines(archive)] == [
        (0, 0.0),
        (6, 0.6),
        (12, 1.2),
        (18, 1.8),
    ]
    assert [round(frame.seconds, 2) for frame in drawn(archive, tmp_path)] == [0.0, 0.6, 1.2, 1.8]


def test_a_turned_video_is_predicted_upright(api: Any, url: str, run_jobs: Any, tmp_path: Path) -> None:
    job = send(api, url, turned(video(tmp_path / "a.mp4", frames=3))).json()
    run_jobs()
    _, archive = result(api, job)
    assert lines(archive)[0]["image"] == {"width": 48, "height": 64}
    assert drawn(archive, tmp_path)[0].pixels.shape == (64, 48, 3)


def test_a_video_that_breaks_off_gives_what_could_be_read(
    api: Any, url: str, run_jobs: Any, tmp_path: Path
) -> None:
    content = video(tmp_path / "a.mp4", frames=30)
    job = send(api, url, content[: len(content) * 2 // 3]).json()
    run_jobs()
    said, archive = result(api, job)
    assert 5 < said["frames"] < 30
    assert said["failed"] == lines(archive, "failed.jsonl")
    assert said["failed"][-1]["item"] == f"frames {said['frames']} to 29"
    assert len(drawn(archive, tmp_path)) == said["frames"]


def test_without_overlays_there_is_no_video(api: Any, url: str, run_jobs: Any, tmp_path: Path) -> None:
    job = send(api, url, video(tmp_path / "a.mp4", frames=2), overlays="false").json()
    run_jobs()
    _, archive = result(api, job)
    assert archive.namelist() == ["predictions.jsonl", "failed.jsonl"]


def test_what_is_no_video_fails_with_the_reason(api: Any, url: str, run_jobs: Any) -> None:
    job = send(api, url, b"a text that is called a video").json()
    run_jobs()
    seen = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert seen["status"] == "failed" and "no video" in seen["error"]["detail"]


def test_bad_forms_name_the_field(api: Any, url: str, tmp_path: Path) -> None:
    for options in ({"every": 0}, {"every": "many"}, {"colour": 1}):
        answer = send(api, url, b"x", **options)
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] in options
    assert send(api, url, b"").json()["errors"][0]["field"] == "video"
