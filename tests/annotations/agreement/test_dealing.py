"""Who is asked about which image."""

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.dealing import deal


@given(st.integers(0, 30), st.integers(1, 6), st.data())
def test_each_has_as_many_people_as_asked_and_loads_are_even(things, people, data):
    overlap = data.draw(st.integers(1, people))
    dealt = deal(range(things), list(range(people)), overlap, {})
    assert len(dealt) == len(set(dealt)) == things * overlap
    assert all(count == overlap for count in Counter(thing for thing, _ in dealt).values())
    loads = Counter({person: 0 for person in range(people)})
    loads.update(person for _, person in dealt)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert dealt == deal(range(things), list(range(people)), overlap, {})


def test_everybody_meets_everybody():
    dealt = deal(range(60), "abcd", 2, {})
    teams = {}
    for thing, person in dealt:
        teams.setdefault(thing, []).append(person)
    met = Counter(tuple(sorted(team)) for team in teams.values())
    assert set(met) == set(combinations("abcd", 2))
    assert max(met.values()) - min(met.values()) <= 2


def test_who_has_it_already_counts():
    have = {"one": ["ann"], "two": ["ann", "zoe"]}
    assert deal(["one", "two", "three"], ["ann", "ben"], 2, have) == [
        ("one", "ben"),
        ("three", "ben"),
        ("three", "ann"),
    ]


def test_asking_again_asks_nobody():
    have: dict[int, list[str]] = {}
    for thing, person in deal(range(9), "abc", 2, {}):
        have.setdefault(thing, []).append(person)
    assert deal(range(9), "abc", 2, have) == []


@given(st.integers(1, 12), st.data())
def test_nobody_is_asked_twice_whatever_there_is(things, data):
    people = "abcd"
    team = st.lists(st.sampled_from(people), unique=True)
    have = {thing: data.draw(team) for thing in range(things)}
    overlap = data.draw(st.integers(1, 4))
    dealt = deal(range(things), people, overlap, have)
    for thing in range(things):
        new = [person for each, person in dealt if each == thing]
        assert not set(new) & set(have[thing])
        assert len({*new, *have[thing]}) == max(overlap, len(have[thing]))
