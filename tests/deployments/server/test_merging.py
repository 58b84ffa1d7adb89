"""Objects that several looks show are one object each."""

from __future__ import annotations

import numpy as np

from deployments.server.merging import Piece, merged, piece_of
from deployments.server.options import Options
from deployments.server.views import View, plan
from training.ml.reading import Found

NO_STUFF: frozenset[int] = frozenset()


def looked(truth: np.ndarray, rows: list[list[View]], label: int = 1) -> list[Piece]:
    """What a perfect model finds of numbered objects `[h, w]` in each view."""
    pieces = []
    for view in (view for row in rows for view in row):
        part = truth[view.top : view.bottom, view.left : view.right]
        part = part[:, ::-1] if view.flip else part
        for number in np.unique(part[part > 0]):
            mask = (part == number).astype(np.uint8)
            piece = piece_of(Found(label, 0.5 + float(mask.sum()) / 1e5, mask), view)
            assert piece is not None
            pieces.append(piece)
    return pieces


def drawn(pieces: list[Piece], height: int, width: int) -> list[np.ndarray]:
    return [piece.within((0, 0, height, width)) for piece in pieces]


def disks(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    truth = np.zeros((height, width), np.uint8)
    for number, (y, x, radius) in enumerate([(30, 60, 12), (70, 70, 14), (100, 20, 8), (64, 130, 30)], 1):
        truth[(rows - y) ** 2 + (columns - x) ** 2 < radius**2] = number
    return truth


def test_what_seams_cut_is_whole_again() -> None:
    truth = disks(120, 170)
    for overlap in (0.0, 0.25, 0.5):
        rows = plan(120, 170, (64, 64), Options(tiles="on", overlap=overlap))
        found = drawn(merged(looked(truth, rows), NO_STUFF, False), 120, 170)
        assert len(found) == 4
        for number in range(1, 5):
            assert any((mask == (truth == number)).all() for mask in found)


def test_doubles_in_a_mirror_are_one() -> None:
    truth = disks(120, 170)
    rows = plan(120, 170, (64, 64), Options(augment="flip"))
    found = merged(looked(truth, rows), NO_STUFF, False)
    assert len(found) == 4
    assert [piece.score for piece in found] == sorted((piece.score for piece in found), reverse=True)


def test_neighbours_that_only_touch_stay_apart() -> None:
    truth = np.zeros((40, 100), np.uint8)
    truth[10:30, 40:50], truth[10:30, 50:60] = 1, 2
    rows = plan(40, 100, (40, 64), Options(tiles="on", overlap=0.25))
    assert len(merged(looked(truth, rows), NO_STUFF, False)) == 2


def test_stuff_is_one_segment_and_nothing_overlaps() -> None:
    rows = plan(60, 120, (60, 60), Options(tiles="on", overlap=0.0))
    [left], [right] = [[view] for view in rows[0]]
    sky = np.zeros((60, 60), np.uint8)
    sky[:20] = 1
    thing = np.zeros((60, 60), np.uint8)
    thing[10:40, 10:20] = 1
    pieces = [
        piece_of(Found(1, 0.9, sky), left),
        piece_of(Found(1, 0.6, sky[::-1].copy()), right),
        piece_of(Found(2, 0.7, thing), left),
    ]
    found = merged([piece for piece in pieces if piece], frozenset({1}), True)
    assert [piece.label for piece in found] == [1, 2]
    masks = drawn(found, 60, 120)
    assert (masks[0] + masks[1]).max() == 1
    assert masks[0][:, :60].sum() == 20 * 60 and masks[0][:, 60:].sum() == 20 * 60
    assert masks[1].sum() == 20 * 10
