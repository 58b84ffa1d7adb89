"""Videos are told from pictures by their first bytes, before anything is decoded."""

from __future__ import annotations

import pytest

from projects.media.kinds import HEAD_BYTES, video_type
from tests.projects.pictures import jpeg, png
from tests.projects.video.conftest import FILES
from tests.projects.video.films import film

WEB = {"codec": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8"}


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("a.mp4", "video/mp4", {}),
        ("a.mov", "video/quicktime", {}),
        ("a.mkv", "video/x-matroska", {}),
        ("a.webm", "video/webm", WEB),
        ("a.avi", "video/x-msvideo", {"codec": "mpeg4"}),
        ("a.ts", "video/mp2t", {}),
        ("a.mpg", "video/mpeg", {"codec": "mpeg2video"}),
        ("a.flv", "video/x-flv", {}),
        ("a.wmv", "video/x-ms-wmv", {"codec": "mpeg4", "container": "asf"}),
    ],
)
def test_what_is_a_video(tmp_path, name, kind, options):
    assert video_type(film(tmp_path / name, frames=3, **options)[:HEAD_BYTES]) == kind


def test_real_videos():
    kinds = {path.suffix: video_type(path.read_bytes()[:HEAD_BYTES]) for path in FILES.glob("*/*.m*")}
    assert kinds == {".mp4": "video/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska"}


def test_pictures_are_none():
    images = FILES.parent / "images"
    pictures = [path for path in images.rglob("*") if path.is_file()]
    assert len(pictures) > 20
    assert {video_type(path.read_bytes()[:HEAD_BYTES]) for path in pictures} == {None}
    assert video_type(png()) is video_type(jpeg()) is video_type(b"") is None
