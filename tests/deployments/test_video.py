"""Videos are read upright, to the last frame that can be read, and nothing but themselves is opened."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from deployments.video import CODEC, Writer
from projects.media.video import NoVideo, Reader
from tests.deployments.videos import turned, video


def test_frames_come_at_their_time(tmp_path: Path) -> None:
    video(tmp_path / "a.mp4", frames=11, rate=10)
    with Reader(tmp_path / "a.mp4") as reader:
        frames = list(reader.frames(every=5))
        assert reader.expected == 11 and reader.rate == 10 and reader.trouble == []
    assert [(frame.number, round(frame.seconds, 3)) for frame in frames] == [(0, 0.0), (5, 0.5), (10, 1.0)]
    assert frames[0].pixels.shape == (48, 64, 3) and frames[0].pixels[5, 5, 0] > 200


def test_going_on_in_the_middle_gives_the_same_frames(tmp_path: Path) -> None:
    video(tmp_path / "a.mp4")
    with Reader(tmp_path / "a.mp4") as reader:
        everything = list(reader.frames(every=3))
    with Reader(tmp_path / "a.mp4") as reader:
        rest = list(reader.frames(every=3, first=9))
    assert [frame.number for frame in rest] == [9, 12, 15, 18]
    for frame, again in zip(everything[3:], rest, strict=True):
        assert np.array_equal(frame.pixels, again.pixels)


def test_a_turned_video_is_upright(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(turned(video(tmp_path / "flat.mp4")))
    with Reader(tmp_path / "a.mp4") as reader:
        frame = next(reader.frames())
    assert frame.pixels.shape == (64, 48, 3)
    # What was the upper left corner is the upper right one.
    assert frame.pixels[5, -5, 0] > 200 and frame.pixels[5, 5, 0] < 100


def test_a_video_that_breaks_off_names_what_is_missing(tmp_path: Path) -> None:
    content = video(tmp_path / "whole.mp4", frames=30)
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) * 2 // 3])
    with Reader(tmp_path / "cut.mp4") as reader:
        read = [frame.number for frame in reader.frames()]
        assert reader.expected == 30
    assert read == list(range(len(read))) and 5 < len(read) < 30
    assert reader.trouble[-1].item == f"frames {len(read)} to 29"
    assert f"{len(read)} of 30" in reader.trouble[-1].reason


def test_a_damaged_middle_costs_only_itself(tmp_path: Path) -> None:
    content = bytearray(video(tmp_path / "whole.mp4", frames=30))
    middle = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 2
    content[middle : middle + 40] = bytes(40)
    (tmp_path / "damaged.mp4").write_bytes(content)
    with Reader(tmp_path / "damaged.mp4") as reader:
        read = sum(1 for _ in reader.frames())
    assert 20 <= read <= 30 and (read == 30 or reader.trouble)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", b""),
        ("a.mp4", b"a text that is called a video"),
        ("a.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"),
        ("a.mp4", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"),
        ("a.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("a.mpd", b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
        ("a.sdp", b"v=0\nm=video 5004 RTP/AVP 96\nc=IN IP4 127.0.0.1\n"),
        ("a.wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0D\xac\0\0\x88X\1\0\2\0\x10\0data\0\0\0\0"),
    ],
)
def test_what_is_no_video_or_names_other_files_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NoVideo):
        Reader(tmp_path / name)


def test_odd_sides_and_other_sizes_are_written(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.mp4", Fraction(30000, 1001))
    for number in range(4):
        writer.add(np.full((31, 45, 3), 90, np.uint8), number * 1001 / 30000)
    writer.add(np.full((62, 90, 3), 90, np.uint8), 4 * 1001 / 30000)
    writer.close()
    with Reader(tmp_path / "a.mp4") as reader:
        frames = list(reader.frames())
    assert {frame.pixels.shape for frame in frames} == {(32, 46, 3)} and len(frames) == 5
    assert frames[-1].seconds == pytest.approx(4 * 1001 / 30000, abs=1e-4)
    assert CODEC in ("libx264", "mpeg4")
