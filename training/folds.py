"""Dividing images into folds so that each class is alike in all of them. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence


def folds_of(
    classes: Mapping[str, Collection[str]],
    folds: int,
    together: Sequence[Collection[str]] = (),
    seed: int = 0,
) -> dict[str, int]:
    """The fold, from 0, of each asset, given the classes in it; assets that look alike stay `together`.

    Units with the rarest class go first, each to the fold that has least of it (iterative stratification,
    Sechidis et al. 2011, section 3.1, with whole units); of equals to the one with the fewest images.
    """
    units: list[list[str]] = []
    placed: set[str] = set()
    for group in together:
        unit = sorted(asset for asset in group if asset in classes and asset not in placed)
        if unit:
            units.append(unit)
            placed.update(unit)
    units += [[asset] for asset in sorted(classes) if asset not in placed]
    random.Random(seed).shuffle(units)
    frequent = Counter(name for names in classes.values() for name in set(names))
    within = [Counter(name for asset in unit for name in set(classes[asset])) for unit in units]

    def rarity(place: int) -> tuple[int, int]:
        counts = [frequent[name] for name in within[place]]
        return (min(counts, default=len(classes) + 1), -len(units[place]))

    held = [Counter[str]() for _ in range(folds)]
    sizes = [0] * folds
    found: dict[str, int] = {}
    for place in sorted(range(len(units)), key=rarity):
        rarest = min(within[place], key=lambda name: (frequent[name], name), default=None)
        fold = min(range(folds), key=lambda f: (held[f][rarest] if rarest else 0, sizes[f], f))
        held[fold] += within[place]
        sizes[fold] += len(units[place])
        found.update(dict.fromkeys(units[place], fold))
    return found
