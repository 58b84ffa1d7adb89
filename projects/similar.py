"""Numbers of 64 bits that differ in few of them: perceptual hashes of pictures that look alike.

Two numbers that differ in at most k bits differ in at most k // 4 of them within one of their four quarters
(Norouzi et al., "Fast search in Hamming space with multi-index hashing", 2012): so each is looked up by its
quarters with so many bits flipped, and only what is found there is compared in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt

QUARTERS = 4
BITS = 16
# Beyond, a quarter with more than two bits flipped would have to be looked up: too many to be quick.
MAX_DISTANCE = 11
AT_ONCE = 1 << 21

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


def groups(hashes: npt.NDArray[np.int64], distance: int) -> list[list[int]]:
    """The places in `hashes` (N,) of what is alike, in groups of two or more: two are in one group where they
    differ in at most `distance` bits (0…11), or where others lead from one to the other.

    Groups are in the order of their first member, members in order.
    """
    if not 0 <= distance <= MAX_DISTANCE:
        raise ValueError(f"distance must be 0…{MAX_DISTANCE}")
    # The same number is one place while searching, or a thousand black pictures would be a million pairs.
    unique, member = np.unique(hashes.view(np.uint64), return_inverse=True)
    roots = np.arange(len(unique))
    for left, right in _pairs(unique, distance):
        _unite(roots, left, right)
    return _gathered(_settled(roots)[member.reshape(-1)])


def distances(left: Numbers, right: Numbers) -> npt.NDArray[np.uint8]:
    """How many bits differ, pair by pair."""
    differing = np.ascontiguousarray(left ^ right)
    return _ONES[differing.view(np.uint16).reshape(-1, QUARTERS)].sum(axis=1, dtype=np.uint8)


_ONES = np.array([bin(number).count("1") for number in range(1 << BITS)], dtype=np.uint8)


def _pairs(unique: Numbers, distance: int) -> Iterator[tuple[Places, Places]]:
    """All pairs of places within the distance, some of them several times."""
    if not distance or len(unique) < 2:
        return
    masks = [
        sum(1 << bit for bit in bits)
        for flipped in range(distance // QUARTERS + 1)
        for bits in combinations(range(BITS), flipped)
    ]
    for quarter in range(QUARTERS):
        keys = ((unique >> np.uint64(quarter * BITS)) & np.uint64(0xFFFF)).astype(np.int64)
        order = np.argsort(keys, kind="stable")
        starts = np.searchsorted(keys[order], np.arange((1 << BITS) + 1))
        for mask in masks:
            wanted = keys ^ mask
            for left, right in _meeting(order, starts[wanted], starts[wanted + 1]):
                # Each pair is found from both its ends.
                ahead = left < right
                left, right = left[ahead], right[ahead]
                near = distances(unique[left], unique[right]) <= distance
                yield left[near], right[near]


def _meeting(order: Places, begins: Places, ends: Places) -> Iterator[tuple[Places, Places]]:
    """Each place with everything in its bucket, some million pairs at a time."""
    counts = ends - begins
    totals = np.cumsum(counts)
    at = 0
    while at < len(counts):
        before = totals[at - 1] if at else 0
        upto = max(int(np.searchsorted(totals, before + AT_ONCE, side="right")), at + 1)
        few = counts[at:upto]
        left = np.repeat(np.arange(at, upto), few)
        within = np.arange(len(left)) - np.repeat(np.cumsum(few) - few, few)
        yield left, order[np.repeat(begins[at:upto], few) + within]
        at = upto


def _unite(roots: Places, left: Places, right: Places) -> None:
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        first, second = _root(roots, one), _root(roots, other)
        if first != second:
            roots[max(first, second)] = min(first, second)


def _root(roots: Places, place: int) -> int:
    while (above := int(roots[place])) != place:
        roots[place] = roots[above]
        place = above
    return place


def _settled(roots: Places) -> Places:
    """Every place's root itself; roots come before what hangs on them."""
    while True:
        above = roots[roots]
        if np.array_equal(above, roots):
            return roots
        roots = above


def _gathered(labels: Places) -> list[list[int]]:
    order = np.argsort(labels, kind="stable")
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    found = [part.tolist() for part in np.split(order, bounds) if len(part) > 1]
    return sorted(found)
