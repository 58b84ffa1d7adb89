"""Files that crash, hang or flood a decoder cost their own asset, and no worker."""

from __future__ import annotations

import pytest

from projects.media.probing import probe
from projects.media.video import NoVideo
from projects.models import Asset
from projects.services import probing
from projects.services.talking import Talk
from tests.projects.video.films import film

pytestmark = pytest.mark.django_db
HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00"


@pytest.fixture
def misbehaving(monkeypatch):
    """Decoders that do nothing right; answers those that were started."""
    talks: list[Talk] = []

    def start(module, arguments):
        talks.append(Talk("tests.projects.video.misbehaving", arguments))
        return talks[-1]

    monkeypatch.setattr(probing, "Talk", start)
    return talks


def test_a_file_that_crashes_the_decoder_is_rejected(misbehaving, ready):
    asset = ready("a.mp4", HEAD + b"crash")
    assert asset["status"] == "rejected" and "crash" in asset["error"]


def test_a_file_that_hangs_the_decoder_is_rejected_and_the_decoder_ended(misbehaving, ready, monkeypatch):
    monkeypatch.setattr(probing, "STALLED_SECONDS", 0.5)
    asset = ready("a.mp4", HEAD + b"hang")
    assert asset["status"] == "rejected" and "hang" in asset["error"]
    assert misbehaving[0]._process.poll() is not None


def test_who_cancels_ends_the_decoder(misbehaving, send, run_jobs, monkeypatch):
    from core import jobs
    from core.models import Job

    (result,) = send(("a.mp4", HEAD + b"hang"))
    monkeypatch.setattr(jobs, "PROGRESS_EVERY", 0.0)
    renew = jobs.leases.renew

    def asked_to_stop(*args, **options):
        Job.objects.update(cancel_requested=True)
        return renew(*args, **options)

    monkeypatch.setattr(jobs.leases, "renew", asked_to_stop)
    run_jobs()
    assert Job.objects.get().status == "cancelled"
    assert Asset.objects.get(pk=result["id"]).status == "rejected"
    assert misbehaving[0]._process.poll() is not None


def test_frames_that_are_too_large_are_refused_before_they_are_decoded(tmp_path, monkeypatch):
    film(path := tmp_path / "a.mp4", frames=3)
    monkeypatch.setattr("projects.media.probing.MAX_PIXELS", 1000)
    with pytest.raises(NoVideo, match="96×64"):
        probe(path, tmp_path)
    assert not (tmp_path / "poster.jpg").exists()


def test_films_without_end_are_refused(tmp_path, monkeypatch):
    film(path := tmp_path / "a.mp4", frames=30)
    monkeypatch.setattr("projects.media.probing.MAX_FRAMES", 20)
    with pytest.raises(NoVideo, match="longer than 20"):
        probe(path, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        HEAD + bytes(100),
        b"\x1a\x45\xdf\xa3" + bytes(200),
        b"RIFF\x24\0\0\0AVI " + bytes(200),
    ],
)
def test_what_only_looks_like_a_video_is_rejected(send, run_jobs, api, content):
    (result,) = send(("a.mp4", content))
    run_jobs()
    if result["id"] is None:
        assert result["status"] == "rejected"
    else:
        assert api.get(f"/api/v1/assets/{result['id']}").json()["status"] == "rejected"
