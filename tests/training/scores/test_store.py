"""Counts come back from their file as they were, and a damaged file is refused."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.scores.made import made_scores
from training.scores.store import ARRAYS, OBJECTS, packed, read_scores, unpacked, write_scores


def test_a_file_keeps_everything(tmp_path: Path) -> None:
    scores = made_scores(5)
    write_scores(tmp_path / "scores.npz", scores)
    back = read_scores(tmp_path / "scores.npz")
    assert (back.labels, back.assets, back.names) == (scores.labels, scores.assets, scores.names)
    for name in ARRAYS:
        assert np.array_equal(getattr(back, name), getattr(scores, name), equal_nan=name == "segments")
    for name in OBJECTS:
        assert np.array_equal(getattr(back.objects, name), getattr(scores.objects, name))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused(data: st.DataObject) -> None:
    buffer = io.BytesIO()
    write_scores(buffer, made_scores(2))
    content = bytearray(buffer.getvalue())
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(ValueError):
        read_scores(io.BytesIO(bytes(content[:cut])))


def test_another_file_is_refused() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, words=np.frombuffer(b'{"format": "other"}', np.uint8))
    buffer.seek(0)
    with pytest.raises(ValueError, match="other"):
        read_scores(buffer)


def test_each_image_has_its_own_sums() -> None:
    scores = made_scores(6)
    for row in range(6):
        matrix = scores.matrix(np.array([row]))
        right, truth, given_pixels = scores.sums[row].T
        assert (right == np.diag(matrix)).all() and (truth == matrix.sum(1)).all()
        assert (given_pixels == matrix.sum(0)).all()
        assert scores.pixels(1, 2)[row] == matrix[1, 2]
    assert (scores.matrix() == sum(scores.matrix(np.array([row])) for row in range(6))).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 9))
def test_bits_come_back(seed: int, found: int) -> None:
    bits = np.random.default_rng(seed).random((4, 10, found)) < 0.5
    assert (unpacked(packed(bits)) == bits).all()
