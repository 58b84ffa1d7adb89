"""What a decoder makes while nobody waits: the next frames, in the direction in which somebody goes."""

from __future__ import annotations

import pytest

from projects.media.decoder import AHEAD, Decoder
from projects.media.frame_cache import FrameCache
from tests.projects.video.films import film, from_the_start, is_frame
from tests.projects.video.test_exact_frames import looked_through

KEY = 20


@pytest.fixture
def decoder(tmp_path, monkeypatch):
    """A decoder that keeps few frames at hand, of a film with a key frame every KEY frames."""
    monkeypatch.setattr("projects.media.frame_source.KEPT_BYTES", 4 * 96 * 64 * 3 // 2)
    film(path := tmp_path / "a.mp4", frames=100, g=str(KEY), bf="2", sc_threshold="0")
    looked_through(path)
    decoder = Decoder(FrameCache(tmp_path / "cache", 1 << 30))
    base = {"path": str(path), "index": str(tmp_path / "index.npz"), "digest": "ab", "as": "file"}

    def ask(number: int, steps: int | None = None) -> list[int]:
        """Frame `number`, and what is made after it, no more than so many frames."""
        request = {**base, "number": number, "size": None}
        decoder.answer(request)
        made = []
        for each in decoder.around(request):
            made.append(each)
            if len(made) == steps:
                break
        return made

    ask.cache = tmp_path / "cache" / "ab" / "ab" / "full"
    ask.truth = from_the_start(path)
    return ask


def test_forwards_the_next_ones_are_made_first(decoder):
    assert decoder(43)[:AHEAD] == list(range(44, 44 + AHEAD))


def test_at_the_end_there_is_nothing_more(decoder):
    assert decoder(99) == [98, 97, 96]


def test_backwards_the_whole_stretch_from_the_key_frame_is_made(decoder):
    decoder(60, steps=0)
    made = decoder(59)

    assert made[:4] == [59, 58, 57, 56]
    assert sorted(made) == list(range(40, 60))
    assert all(
        is_frame((decoder.cache / f"{number}.jpg").read_bytes(), decoder.truth, number) for number in made
    )


def test_what_is_broken_off_is_no_worse_than_not_begun(decoder):
    decoder(60, steps=0)
    decoder(59, steps=7)
    assert decoder(48, steps=3)
    assert decoder(99) == [98, 97, 96]
    assert is_frame((decoder.cache / "48.jpg").read_bytes(), decoder.truth, 48)
