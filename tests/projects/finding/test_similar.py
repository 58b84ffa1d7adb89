"""Numbers that differ in few bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.similar import groups

NUMBERS = st.integers(-(2**63), 2**63 - 1)


def naive(hashes, distance):
    """Every pair looked at, groups grown one by one."""
    left, found = set(range(len(hashes))), []
    while left:
        group, edge = set(), {min(left)}
        while edge:
            group |= edge
            near = {
                other
                for other in left - group
                for one in edge
                if ((hashes[one] ^ hashes[other]) & (2**64 - 1)).bit_count() <= distance
            }
            edge = near
        left -= group
        if len(group) > 1:
            found.append(sorted(group))
    return sorted(found)


@given(
    st.lists(NUMBERS, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.lists(st.integers(0, 63), max_size=13)), max_size=20),
    st.integers(0, 11),
)
def test_as_by_looking_at_every_pair(seeds, changes, distance):
    hashes = list(seeds)
    for place, bits in changes:
        if seeds:
            number = seeds[place % len(seeds)] & (2**64 - 1)
            for bit in bits:
                number ^= 1 << bit
            hashes.append(number - 2**64 if number >= 2**63 else number)

    assert groups(np.array(hashes, dtype=np.int64), distance) == naive(hashes, distance)


def test_thousands_of_one_picture_are_one_group():
    assert groups(np.zeros(5000, dtype=np.int64), 6) == [list(range(5000))]


def test_too_far_is_refused():
    with pytest.raises(ValueError, match="distance"):
        groups(np.zeros(2, dtype=np.int64), 12)
