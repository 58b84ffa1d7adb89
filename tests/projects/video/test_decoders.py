"""Processes that decode: a crash costs one request at most, and many requests share few processes."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from core.errors import Unavailable, Unusable
from projects.models import Asset
from projects.services import decoders, frames
from projects.services.talking import Talk
from tests.projects.video.films import film, from_the_start, is_frame

pytestmark = pytest.mark.django_db


@pytest.fixture
def video(ready, tmp_path):
    content = film(path := tmp_path / "walk.mp4", frames=50, g="12", bf="3", sc_threshold="0")
    return Asset.objects.get(pk=ready("walk.mp4", content)["id"]), from_the_start(path)


@pytest.fixture
def pool(monkeypatch):
    pool = decoders.Pool(2)
    monkeypatch.setattr(frames, "_pool", pool)
    yield pool
    pool.close()


@pytest.fixture
def started(monkeypatch):
    """Every decoder that is started, in order."""
    talks: list[Talk] = []
    start = decoders.start

    def begin() -> Talk:
        talks.append(start())
        return talks[-1]

    monkeypatch.setattr(decoders, "start", begin)
    return talks


def test_a_decoder_that_dies_is_replaced_without_a_word(video, pool, started):
    asset, truth = video
    frames.frame_jpeg(asset, 0)
    os.kill(started[0].pid, signal.SIGKILL)

    assert is_frame(frames.frame_jpeg(asset, 49), truth, 49)
    assert len(started) == 2


def test_a_frame_that_kills_every_decoder_is_an_error_of_its_own(video, pool, started, monkeypatch):
    asset, _ = video
    monkeypatch.setattr(decoders, "ask", _killing(decoders.ask, {7}))
    with pytest.raises(Unusable, match="crashes"):
        frames.frame_jpeg(asset, 7)
    assert len(started) == 2
    assert frames.frame_jpeg(asset, 8)


def test_a_decoder_that_hangs_is_given_up(video, pool, started, monkeypatch):
    asset, _ = video
    frames.frame_jpeg(asset, 0)
    monkeypatch.setattr(decoders, "PATIENCE", 0.2)
    os.kill(started[0].pid, signal.SIGSTOP)
    with pytest.raises(Unavailable, match="too long"):
        frames.frame_jpeg(asset, 49)
    monkeypatch.undo()
    assert started[0]._process.poll() is not None


def test_one_video_asked_for_by_many_is_decoded_by_one(video, pool, started):
    asset, truth = video
    answers: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=number: answers.update({n: frames.frame_jpeg(asset, n)}))
        for number in range(0, 50, 4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 1
    assert all(is_frame(content, truth, number) for number, content in answers.items())
    assert len(answers) == 13


def test_who_has_hung_up_costs_no_decoding(video, pool, started):
    from core.http.hangup import Hangup

    asset, _ = video
    gone = Hangup()
    gone.happen()
    with pytest.raises(Unavailable):
        gone.run(frames.frame_jpeg, asset, 5)
    assert started == []
    assert frames.frame_jpeg(asset, 5)


def test_idle_decoders_end(video, pool, started, monkeypatch):
    asset, _ = video
    monkeypatch.setattr(decoders, "IDLE_SECONDS", 0.0)
    frames.frame_jpeg(asset, 5)
    started[0]._process.wait(10)


def test_jobs_read_whole_stretches(video, started):
    asset, truth = video
    read = dict(frames.read_frames(asset, range(5, 20, 3)))

    assert list(read) == [5, 8, 11, 14, 17]
    assert all((read[number] == truth[number]).all() for number in read)
    small = dict(frames.read_frames(asset, [30], side=48))
    assert small[30].shape == (32, 48, 3)
    assert all(talk._process.poll() is not None for talk in started)


def _killing(ask, numbers):
    def asked(talk, request):
        if request["number"] in numbers:
            os.kill(talk.pid, signal.SIGKILL)
        return ask(talk, request)

    return asked
