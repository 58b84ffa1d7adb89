"""Decoders are processes of their own: what crashes, hangs or fills one is refused; all else goes on."""

import io
import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Unusable
from projects.services import pictures
from projects.services.decoders import Pool
from tests.projects.pictures import encoded, jpeg, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(monkeypatch):
    own = Pool(1, "picture", pictures._start, pictures._ask, slow=Unusable)
    monkeypatch.setattr(pictures, "_pool", own)
    yield own
    own.close()


def decoder(pool) -> int:
    """The one idle decoder's process."""
    pictures.look(io.BytesIO(png()), 160)
    ((talk, _, _),) = pool._idle
    return talk.pid


def test_facts_and_thumbnail_come_together(pool):
    facts, thumbnail = pictures.look(io.BytesIO(jpeg(400, 300)), 320)
    assert (facts["width"], facts["height"], facts["content_type"], facts["pages"]) == (
        400,
        300,
        "image/jpeg",
        1,
    )
    assert 0.4 < facts["brightness"] < 0.6 and facts["sharpness"] > 100
    assert thumbnail.startswith(b"RIFF")


def test_by_path_and_by_bytes_the_same(pool, tmp_path):
    (tmp_path / "a.png").write_bytes(png(seed=3))
    with (tmp_path / "a.png").open("rb") as file:
        assert pictures.look(file, 160) == pictures.look(io.BytesIO(png(seed=3)), 160)


def test_a_decoder_that_is_killed_is_replaced_without_a_word(pool):
    before = decoder(pool)
    os.kill(before, signal.SIGKILL)
    assert decoder(pool) != before


def test_a_picture_that_kills_every_decoder_is_refused(pool, monkeypatch):
    real = pictures._start

    def dies_soon():
        talk = real()
        os.kill(talk.pid, signal.SIGKILL)
        return talk

    monkeypatch.setattr(pool, "_start", dies_soon)
    with pytest.raises(Unusable, match="crashes"):
        pictures.look(io.BytesIO(png()), 160)
    monkeypatch.setattr(pool, "_start", real)
    assert pictures.look(io.BytesIO(png()), 160)


def test_a_decoder_that_hangs_is_given_up(pool, monkeypatch):
    os.kill(decoder(pool), signal.SIGSTOP)
    monkeypatch.setattr(pictures, "PATIENCE", 0.2)
    with pytest.raises(Unusable, match="too long"):
        pictures.look(io.BytesIO(png()), 160)
    monkeypatch.undo()


def test_what_needs_too_much_memory_is_refused_and_the_next_is_not(pool, monkeypatch):
    """A hundred megapixels in decoders that may have 150 MB beyond what they begin with."""
    pages = int(Path(f"/proc/{decoder(pool)}/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + (150 << 20)
    real = pictures._start

    def start():
        talk = real()
        resource.prlimit(talk.pid, resource.RLIMIT_AS, (most, most))
        return talk

    pool.close()
    monkeypatch.setattr(pool, "_start", start)
    large = encoded(Image.new("RGB", (10_000, 10_000)), "PNG")
    with pytest.raises(Unusable, match="memory"):
        pictures.look(io.BytesIO(large), 160)
    assert pictures.look(io.BytesIO(png()), 160)


def test_many_at_once_take_turns(pool):
    answers = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(pictures.look(io.BytesIO(png(seed=n)), 160)[0]))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6 and len(pool._idle) == 1


def test_an_upload_names_the_file_and_the_others_land(api, project, pool, monkeypatch):
    real, began = pictures._ask, time.monotonic()

    def ask(talk, request):
        if request.content.startswith(b"\xff\xd8"):
            os.kill(talk.pid, signal.SIGKILL)
        return real(talk, request)

    monkeypatch.setattr(pool, "_ask", ask)
    files = [io.BytesIO(png(seed=1)), io.BytesIO(jpeg()), io.BytesIO(png(seed=2))]
    for file, name in zip(files, ("a.png", "evil.jpg", "b.png"), strict=True):
        file.name = name
    answer = api.post(f"/api/v1/projects/{project.pk}/assets", {"files": files}, format="multipart")
    fates = {row["name"]: row for row in answer.json()["results"]}
    assert [fates[name]["status"] for name in ("a.png", "evil.jpg", "b.png")] == [
        "ready",
        "rejected",
        "ready",
    ]
    assert "crashes" in fates["evil.jpg"]["error"]
    assert time.monotonic() - began < 60
