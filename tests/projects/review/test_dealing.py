"""Work is divided by shares exactly, and nobody gets what they must not have while others can."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from projects.dealing import counts, deal, parts

shares = st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any)


@given(st.integers(0, 500), shares)
def test_parts_add_up_and_are_less_than_one_off(count, shares):
    found = parts(count, shares)
    assert sum(found) == count
    for part, share in zip(found, shares, strict=True):
        assert abs(part - Fraction(count * share, sum(shares))) < 1


@given(st.data(), shares)
def test_everybody_gets_their_part_of_what_they_may_have(data, shares):
    anybody = st.sampled_from([None, *range(len(shares))])
    barred = data.draw(st.lists(anybody, max_size=40))
    dealt = deal(barred, shares)
    got = Counter(dealt)
    assert [got[n] for n in range(len(shares))] == counts(barred, shares)
    alone = sum(share > 0 for share in shares) == 1
    asked = parts(len(barred), shares)
    for person, share in enumerate(shares):
        own = barred.count(person)
        if not share:
            assert not got[person]
        elif not alone:
            assert all(who != bar for who, bar in zip(dealt, barred, strict=True))
            # Less than one's share only where nothing else is left that one may have.
            assert got[person] >= min(asked[person], len(barred) - own)


def test_each_is_spread_over_the_whole_list():
    dealt = deal([None] * 12, [2, 1])
    assert [Counter(dealt[n : n + 3]) for n in (0, 3, 6, 9)] == [Counter({0: 2, 1: 1})] * 4
