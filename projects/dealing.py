"""Dividing work by shares, when not everybody may have every piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def parts(count: int, shares: Sequence[float]) -> list[int]:
    """`count` divided by shares into whole numbers: each gets the whole part of its own, and what is left
    goes one by one to the largest remainders (Hamilton's method), the first of equals before the others.
    """
    whole = sum(shares)
    exact = [count * share / whole for share in shares]
    found = [int(value) for value in exact]
    order = sorted(range(len(shares)), key=lambda n: (found[n] - exact[n], n))
    for n in order[: count - sum(found)]:
        found[n] += 1
    return found


def counts(barred: Sequence[int | None], shares: Sequence[float]) -> list[int]:
    """How many pieces each person gets, `barred[i]` being who must not have piece i.

    By shares; whom that would give what they must not have gets all the rest, and the others divide by their
    shares what is left. Who is alone gets everything.
    """
    found = parts(len(barred), shares)
    own = Counter(barred)
    for person, count in enumerate(found):
        # At most one of them: two would bar, or be given, more than there is.
        room = len(barred) - own[person]
        others = [0.0 if n == person else share for n, share in enumerate(shares)]
        if count > room and any(others):
            found = parts(own[person], others)
            found[person] = room
            break
    return found


def deal(barred: Sequence[int | None], shares: Sequence[float]) -> list[int]:
    """Who gets each piece: `counts` of them each, spread over the whole list."""
    left = counts(barred, shares)
    wanted = list(left)
    own = Counter(barred)
    people = range(len(shares))
    dealt = []
    for number, bar in enumerate(barred):
        remaining = len(barred) - number
        free = [n for n in people if left[n] and n != bar] or [n for n in people if left[n]]
        # Whoever needs every piece from here on that they may have takes this one: never two of them.
        tight = [n for n in free if n != bar and left[n] + own[n] >= remaining]
        # Else whoever has the largest part of theirs still to come.
        best = max(tight or free, key=lambda n: (left[n] / wanted[n], -n))
        left[best] -= 1
        own[bar] -= 1
        dealt.append(best)
    return dealt
