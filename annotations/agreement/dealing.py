"""Who is asked about which image, so that everybody has equally much and meets everybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
Person = TypeVar("Person")


def deal(
    things: Sequence[Thing],
    people: Sequence[Person],
    overlap: int,
    have: Mapping[Thing, Sequence[Person]],
) -> list[tuple[Thing, Person]]:
    """Who is to be asked about what, so that each thing has `overlap` people; those who `have` it count, also
    when they are not among `people`.

    The next place goes to whoever has least so far, then to whoever shares fewest things with those that are
    in it already, then by the order of `people`. Where nobody has anything yet, loads differ by at most one.
    Deterministic.
    """
    load: Counter[Person] = Counter({person: 0 for person in people})
    met: Counter[tuple[Person, Person]] = Counter()
    for thing in things:
        those = have.get(thing, ())
        load.update(person for person in those if person in load)
        _meet(met, those)
    dealt = []
    for thing in things:
        inside = list(have.get(thing, ()))
        while len(inside) < overlap:
            free = [person for person in people if person not in inside]
            if not free:
                break
            chosen = min(free, key=lambda person: (load[person], sum(met[(person, each)] for each in inside)))
            for each in inside:
                met[(chosen, each)] += 1
                met[(each, chosen)] += 1
            inside.append(chosen)
            load[chosen] += 1
            dealt.append((thing, chosen))
    return dealt


def _meet(met: Counter[tuple[Person, Person]], people: Sequence[Person]) -> None:
    for person in people:
        for other in people:
            if person != other:
                met[(person, other)] += 1
