"""Every real video has an expected answer; so has every kind of file that PyAV writes, whole and cut off."""

from fractions import Fraction

import cv2
import pytest

from projects.media.probing import probe
from projects.media.video import NoVideo
from tests.projects.video.films import film
from tests.shared import shared

# Frames that decode, displayed size, rate, seconds, and what is said of what is missing.
EXPECTED = {
    "decord/corrupted.mp4": (49, 1280, 720, "10/1", 5.0, "49 of 50 frames can be read"),
    "decord/flipping_a_pancake.mkv": (310, 426, 240, "30/1", 10.333, ""),
    "decord/unordered.mov": (4, 50, 50, "32/1", 0.125, ""),
    "decord/video_0.mov": (3, 568, 320, "30/1", 0.1, ""),
    "decord/video_90.mov": (3, 320, 568, "30/1", 0.1, ""),
    "decord/video_180.mov": (3, 568, 320, "30/1", 0.1, ""),
    "decord/video_270.mov": (3, 320, 568, "30/1", 0.1, ""),
    "sam2/bedroom.mp4": (200, 960, 540, "30/1", 6.667, ""),
}
# By PyAV: the encoder and its options, kept small.
MADE = {
    "a.mp4": ("libx264", {}),
    "a.mov": ("libx264", {}),
    "a.mkv": ("libx264", {}),
    "b.mkv": ("ffv1", {}),
    "a.webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
    "a.avi": ("mjpeg", {"pix_fmt": "yuvj420p"}),
    "a.ts": ("mpeg2video", {}),
}


def test_every_file_has_an_answer():
    root = shared("video")
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith("LICENSE")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_real_videos(name, tmp_path):
    frames, width, height, rate, seconds, missing = EXPECTED[name]
    facts = probe(shared("video", name), tmp_path)

    assert (facts["frames"], facts["width"], facts["height"]) == (frames, width, height)
    assert facts["frame_rate"] == rate
    assert facts["duration"] == pytest.approx(seconds, abs=0.001)
    assert missing in facts["warning"] and bool(missing) == bool(facts["warning"])
    # What stands for it is upright.
    assert cv2.imread(str(tmp_path / "poster.jpg")).shape == (height, width, 3)


@pytest.mark.parametrize("name", [name for name in EXPECTED if "corrupted" not in name])
def test_another_reader_counts_the_same_frames(name):
    """OpenCV's, which turns what is to be turned too."""
    video = cv2.VideoCapture(str(shared("video", name)))
    sizes = []
    while (read := video.read())[0]:
        sizes.append(read[1].shape[:2])
    frames, width, height = EXPECTED[name][:3]
    assert sizes == [(height, width)] * frames


@pytest.mark.parametrize("name", MADE)
def test_every_kind_of_file(name, tmp_path):
    codec, options = MADE[name]
    film(tmp_path / name, 20, rate=Fraction(20), codec=codec, **options)
    facts = probe(tmp_path / name, tmp_path)

    assert (facts["frames"], facts["width"], facts["height"], facts["fps"]) == (20, 96, 64, 20.0)
    assert facts["duration"] == pytest.approx(1.0, abs=0.02)
    assert facts["warning"] == ""


@pytest.mark.parametrize("name", ["a.mkv", "a.webm", "a.ts"])
def test_files_that_are_cut_off_give_what_there_is(name, tmp_path):
    """These say no count of frames; a cut is told by what is missing of their length."""
    codec, options = MADE[name]
    content = film(tmp_path / name, 60, rate=Fraction(20), codec=codec, **options)
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    facts = probe(tmp_path / name, tmp_path)

    assert 15 < facts["frames"] < 45
    assert facts["warning"] or name == "a.ts"


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_files_without_their_index_are_refused(name, tmp_path):
    content = film(tmp_path / name, 20, codec="libx264")
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(NoVideo, match="no video that can be read"):
        probe(tmp_path / name, tmp_path)
