"""What most people say: of each pixel, and of each object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annotations.agreement.rasters import Grid, Rle, from_runs
from annotations.geometry.rle import set_runs

_ROWS_AT_ONCE = 512


def most_votes(grids: Sequence[Grid], labels: int) -> tuple[Grid, int]:
    """The label that most grids [height, width] give each pixel, and in how many pixels two or more labels
    share the first place: there it is 0."""
    winner = np.zeros_like(grids[0])
    ties = 0
    for top in range(0, winner.shape[0], _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        block, tied = _vote([each[rows] for each in grids], labels)
        winner[rows] = block
        ties += tied
    return winner, ties


def _vote(blocks: list[Any], labels: int) -> tuple[npt.NDArray[Any], int]:
    winner = np.zeros_like(blocks[0])
    most = np.zeros(winner.shape, np.uint16)
    tied = np.zeros(winner.shape, bool)
    for label in range(labels):
        votes = np.zeros(winner.shape, np.uint16)
        for block in blocks:
            votes += block == label
        more = votes > most
        tied = (tied & ~more) | ((votes == most) & (votes > 0))
        winner[more] = label
        np.maximum(most, votes, out=most)
    winner[tied] = 0
    return winner, int(tied.sum())


def more_than_half(rles: Sequence[Rle]) -> Rle:
    """The pixels that more than half of the masks have; all are of one size.

    Runs are counted and not pixels: a small object of a large picture costs little.
    """
    height, width = rles[0]["size"]
    runs = [set_runs(rle) for rle in rles]
    starts = np.concatenate([each[0] for each in runs])
    ends = np.concatenate([each[1] for each in runs])
    places, at = np.unique(np.concatenate((starts, ends)), return_inverse=True)
    steps = np.zeros(len(places), np.int64)
    np.add.at(steps, at, np.repeat([1, -1], [len(starts), len(ends)]))
    inside = 2 * np.cumsum(steps) > len(rles)
    turns = places[np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0))]
    return from_runs(turns[0::2], turns[1::2], height, width)
