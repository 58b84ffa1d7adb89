"""Any frame in any order is the frame that decoding from the start gives, to the last pixel."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.media.frame_index import Index, load
from projects.media.frame_source import FrameSource
from projects.media.probing import probe
from projects.media.video import upright
from tests.projects.video.conftest import FILES
from tests.projects.video.films import Pixels, film, film_elsewhere, from_the_start

X264 = {"codec": "libx264"}
FILMS = {
    "b-frames.mp4": {**X264, "g": "12", "bf": "3", "x264-params": "b-pyramid=normal"},
    "open-groups.mp4": {**X264, "g": "10", "bf": "3", "x264-params": "open-gop=1:scenecut=0"},
    "no key frames, rows renewed in turn.mp4": {
        **X264,
        "g": "10",
        "x264-params": "intra-refresh=1:scenecut=0:keyint=10",
    },
    "one key frame.mkv": {**X264, "g": "1000", "bf": "2", "x264-params": "scenecut=0:keyint=infinite"},
    "stream.ts": {**X264, "g": "8", "bf": "2"},
    "old.avi": {"codec": "mpeg4", "g": "9", "bf": "2"},
    "older.mpg": {"codec": "mpeg2video", "g": "9", "bf": "2"},
    "open-web.webm": {"codec": "libvpx-vp9", "g": "10", "deadline": "realtime", "cpu-used": "8"},
    "hevc.mp4": {"codec": "libx265", "x265-params": "keyint=12:open-gop=1:bframes=4:log-level=none"},
    "av1.mkv": {"codec": "libsvtav1", "g": "16", "preset": "12"},
    "web-of-old.webm": {"codec": "libvpx", "g": "10", "deadline": "realtime", "cpu-used": "8"},
    "windows.wmv": {"codec": "wmv2", "g": "10", "container": "asf"},
    "all-key.mov": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "deep.mp4": {"codec": "libx264", "pix_fmt": "yuv420p10le", "g": "10", "bf": "3"},
    "lossless.mkv": {"codec": "ffv1", "pix_fmt": "bgr0"},
}


def looked_through(path: Path) -> Index:
    probe(path, path.parent)
    return load(path.parent / "index.npz")


def assert_exact(path: Path, order: list[int], truth: list[Pixels]) -> None:
    source = FrameSource(path, looked_through(path))
    try:
        for number in order:
            assert np.array_equal(upright(source.frame(number)), truth[number]), number
    finally:
        source.close()


@pytest.mark.parametrize("name", FILMS)
def test_films_of_every_kind(tmp_path, name):
    path = tmp_path / name
    make = film_elsewhere if name == "av1.mkv" else film
    make(path, frames=61, **FILMS[name])
    truth = from_the_start(path)
    assert len(truth) == 61
    order = list(range(61))
    random.Random(name).shuffle(order)

    assert_exact(path, [*order, *range(60, 40, -1), *range(5, 20)], truth)


@pytest.mark.parametrize("path", sorted(FILES.glob("*/*.m*")), ids=lambda path: path.name)
def test_real_files(path, tmp_path):
    (copy := tmp_path / path.name).symlink_to(path)
    truth = from_the_start(path)
    last = len(truth) - 1
    order = random.Random(1).sample(range(len(truth)), min(12, len(truth)))

    assert_exact(copy, [*order, last, 0, *range(last, max(-1, last - 5), -1)], truth)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 49), min_size=1, max_size=12))
def test_any_order(walks, order):
    source, truth = walks
    for number in order:
        assert np.array_equal(upright(source.frame(number)), truth[number])


@pytest.fixture(scope="module")
def walks(tmp_path_factory):
    path = tmp_path_factory.mktemp("walks") / "a.mp4"
    film(path, frames=50, g="7", bf="3", **{"x264-params": "open-gop=1:b-pyramid=strict"})
    source = FrameSource(path, looked_through(path))
    yield source, from_the_start(path)
    source.close()


def test_few_frames_kept_are_as_exact(tmp_path, monkeypatch):
    monkeypatch.setattr("projects.media.frame_source.KEPT_BYTES", 1)
    film(path := tmp_path / "a.mp4", frames=50, g="12", bf="3")

    assert_exact(path, [49, 48, 47, 3, 30, 29, 31, 0, 49], from_the_start(path))


def test_a_key_frame_that_is_none_is_found_out(tmp_path):
    """An index that points at places where decoding cannot begin costs time, and no pixel."""
    film(path := tmp_path / "a.mp4", frames=40, g="40", bf="2", **{"x264-params": "scenecut=0"})
    index = looked_through(path)
    lying = Index(index.pts, index.checks, np.arange(0, 40, 3), index.tick, index.width, index.height)
    source, truth = FrameSource(path, lying), from_the_start(path)

    for number in (38, 11, 25, 4):
        assert np.array_equal(upright(source.frame(number)), truth[number])


def test_frames_that_come_at_no_steady_rate(tmp_path):
    times = np.cumsum([3, 40, 40, 200, 7, 40, 333, 40, 1, 40] * 4)
    film(path := tmp_path / "a.mkv", times=[int(at) for at in times], g="6", bf="2")
    index = looked_through(path)

    assert np.allclose(index.seconds(), (times - times[0]) / 1000)
    assert_exact(path, [39, 3, 17, 16, 15, 38], from_the_start(path))


def test_frames_of_one_time_are_told_apart(tmp_path):
    film(path := tmp_path / "a.mkv", times=[40 * (number // 2) for number in range(40)], g="6", bf="0")
    truth = from_the_start(path)
    assert looked_through(path).seconds()[-1] == pytest.approx(19 * 0.04)

    assert_exact(path, [39, 3, 17, 16, 15, 38], truth)


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(24000, 1001), Fraction(25), Fraction(60)])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm"])
def test_rates_are_fractions(tmp_path, rate, name):
    codec = {"codec": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8"} if name == "a.webm" else {}
    film(path := tmp_path / name, frames=30, rate=rate, **codec)

    said = probe(path, tmp_path)
    assert said["frame_rate"] == f"{rate.numerator}/{rate.denominator}"
    assert said["fps"] == float(rate)
    assert said["duration"] == pytest.approx(30 / rate, abs=0.02)
