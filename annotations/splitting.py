"""Who trains and who judges: assets divided by shares, each class alike in all of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Shares:
    """How assets without a split of their own are divided. Shares lie in 0…1 and sum to 1."""

    train: float = 0.8
    val: float = 0.2
    test: float = 0.0
    seed: int = 0
    # Whether every class is divided by the shares, too, as far as whole images allow.
    stratify: bool = True


class Item(NamedTuple):
    """An asset: its id, the SHA-256 of its bytes, its own split or None, and the ids of its classes."""

    asset: str
    sha256: str
    split: str | None
    classes: tuple[str, ...] = ()


def assign_splits(
    items: Iterable[Item], shares: Shares, before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The split of every asset by its id.

    An own split stays, and so does the place that an asset had `before`: what judged a model yesterday does
    not train one tomorrow. The others follow from the seed, their bytes and their classes. Two assets or more
    always leave one to `val`, and one to `train`, wherever a share asks for it and an asset without a split
    of its own can be moved.
    """
    splits: dict[str, str] = {}
    free: list[tuple[float, Item]] = []
    for item in items:
        splits[item.asset] = item.split or ""
        if not item.split:
            free.append((_place(shares.seed, item.sha256 or item.asset), item))
    free.sort()
    kept = {item.asset: split for _, item in free if (split := (before or {}).get(item.asset))}
    divide = _stratified if shares.stratify else _scattered
    splits.update(divide(free, shares, kept))
    _spare_some(splits, [item.asset for _, item in free], shares)
    return splits


def _place(seed: int, key: str) -> float:
    """A number in 0…1, evenly spread."""
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _scattered(free: Iterable[tuple[float, Item]], shares: Shares, kept: Mapping[str, str]) -> dict[str, str]:
    """By the seed and the bytes alone."""

    def split(place: float) -> str:
        return "test" if place < shares.test else "val" if place < shares.test + shares.val else "train"

    return {item.asset: kept.get(item.asset) or split(place) for place, item in free}


def _stratified(
    free: Iterable[tuple[float, Item]], shares: Shares, kept: Mapping[str, str]
) -> dict[str, str]:
    """Iterative stratification: Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-label Data"
    (ECML PKDD 2011), algorithm 1, with the seeded order instead of dice.

    The rarest class is dealt out first, each image to the split that lacks the most of that class.
    """
    items = [item for _, item in free]
    names = [name for name in SPLITS if getattr(shares, name) > 0]
    lacking = {name: getattr(shares, name) * len(items) for name in SPLITS}
    count = Counter(label for item in items for label in item.classes)
    lacking_of = {
        label: {name: getattr(shares, name) * number for name in SPLITS} for label, number in count.items()
    }
    splits: dict[str, str] = {}

    def give(item: Item, name: str) -> None:
        splits[item.asset] = name
        lacking[name] -= 1
        for label in item.classes:
            lacking_of[label][name] -= 1
            count[label] -= 1

    for item in items:
        if item.asset in kept:
            give(item, kept[item.asset])
    holding: dict[str, list[Item]] = {}
    for item in items:
        if item.asset not in splits:
            for label in item.classes:
                holding.setdefault(label, []).append(item)
    while holding:
        rarest = min(holding, key=lambda label: (count[label], label))
        lacks = lacking_of[rarest]
        for item in holding.pop(rarest):
            if item.asset not in splits:
                give(item, max(names, key=lambda name: (lacks[name], lacking[name])))
    for item in items:
        if item.asset not in splits:
            give(item, max(names, key=lacking.__getitem__))
    return splits


def _spare_some(splits: dict[str, str], free: list[str], shares: Shares) -> None:
    """Leave one asset at least to `val`, then one to `train`."""
    if len(splits) < 2 or not free:
        return
    if "val" not in splits.values() and shares.val > 0:
        splits[next((asset for asset in free if splits[asset] == "train"), free[0])] = "val"
    if "train" not in splits.values() and shares.train > 0 and len(free) > 1:
        splits[free[-1]] = "train"
