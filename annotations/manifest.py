"""The dataset manifest: a snapshot as JSON lines, a header first, then one asset a line in painting order.

Equal content gives equal bytes, and so the same digest: keys are sorted, and nothing in it tells the time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FORMAT = "tessera-manifest/1"
SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Shares:
    """How assets without a split of their own are divided. Shares lie in 0…1 and sum to 1."""

    train: float = 0.8
    val: float = 0.2
    test: float = 0.0
    seed: int = 0


def line(content: Mapping[str, Any]) -> bytes:
    """The one way to write an object of a manifest, line feed included."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def read_manifest(path: Path) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """The header, and the assets one by one. Raises ValueError where the file is no manifest."""
    with path.open("rb") as file:
        header = orjson.loads(file.readline())
    if header.get("format") != FORMAT:
        raise ValueError(f"{path.name} is {header.get('format')!r}, not {FORMAT!r}")
    return header, _assets(path)


def _assets(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        file.readline()
        for text in file:
            yield orjson.loads(text)


def assign_splits(assets: Iterable[tuple[str, str, str | None]], shares: Shares) -> dict[str, str]:
    """The split of every asset, given (id, sha256 of its bytes, its own split or None).

    An own split stays. The others follow from the seed and their bytes alone, so an asset keeps its place
    while others come and go. Two assets or more always leave one to `val`, and one to `train`, wherever a
    share asks for it and an asset without a split of its own can be moved.
    """
    splits: dict[str, str] = {}
    free: list[tuple[float, str]] = []
    for asset, sha256, own in assets:
        if own:
            splits[asset] = own
            continue
        place = _place(shares.seed, sha256 or asset)
        free.append((place, asset))
        splits[asset] = (
            "test" if place < shares.test else "val" if place < shares.test + shares.val else "train"
        )
    free.sort()
    if len(splits) < 2 or not free:
        return splits
    held = set(splits.values())
    if "val" not in held and shares.val > 0:
        splits[_movable(free, splits, "train")] = "val"
    if "train" not in splits.values() and shares.train > 0 and len(free) > 1:
        splits[free[-1][1]] = "train"
    return splits


def _movable(free: list[tuple[float, str]], splits: Mapping[str, str], source: str) -> str:
    """The asset that leaves `source` most easily: the one nearest to the border of the shares."""
    return next((asset for _, asset in free if splits[asset] == source), free[0][1])


def _place(seed: int, key: str) -> float:
    """A number in 0…1, evenly spread."""
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def compare(before: Path, after: Path) -> dict[str, Any]:
    """What changed between two manifests: assets added, removed and changed, and classes."""
    old_header, _ = read_manifest(before)
    new_header, _ = read_manifest(after)
    old, new = _index(before), _index(after)
    with before.open("rb") as old_file, after.open("rb") as new_file:
        changed = [
            _change(_at(old_file, old[asset][1]), _at(new_file, place))
            for asset, (digest, place) in new.items()
            if asset in old and old[asset][0] != digest
        ]
        added = [_brief(_at(new_file, place)) for asset, (_, place) in new.items() if asset not in old]
        removed = [_brief(_at(old_file, place)) for asset, (_, place) in old.items() if asset not in new]
    return {
        "assets": {"added": added, "removed": removed, "changed": changed},
        "classes": _class_changes(old_header["classes"], new_header["classes"]),
        "unlabelled": [old_header["unlabelled"], new_header["unlabelled"]],
        "counts": {"added": len(added), "removed": len(removed), "changed": len(changed)},
    }


def _index(path: Path) -> dict[str, tuple[bytes, int]]:
    """Digest and place of every asset's line, so that only lines that differ are read twice."""
    index = {}
    with path.open("rb") as file:
        place = len(file.readline())
        for text in file:
            index[orjson.loads(text)["asset"]] = (hashlib.sha256(text).digest(), place)
            place += len(text)
    return index


def _at(file: Any, place: int) -> dict[str, Any]:
    file.seek(place)
    content: dict[str, Any] = orjson.loads(file.readline())
    return content


def _brief(asset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "asset": asset["asset"],
        "name": asset["name"],
        "split": asset["split"],
        "annotations": len(asset["annotations"]),
    }


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    before = {shape["id"]: shape for shape in old["annotations"]}
    after = {shape["id"]: shape for shape in new["annotations"]}
    both = before.keys() & after.keys()
    return {
        "asset": new["asset"],
        "name": new["name"],
        "split": [old["split"], new["split"]],
        "annotations": {
            "added": len(after.keys() - before.keys()),
            "removed": len(before.keys() - after.keys()),
            "changed": sum(before[key] != after[key] for key in both),
        },
    }


def _class_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[str, Any]:
    before, after = {each["id"]: each for each in old}, {each["id"]: each for each in new}
    return {
        "added": [each for each in new if each["id"] not in before],
        "removed": [each for each in old if each["id"] not in after],
        "changed": [
            {"before": before[each["id"]], "after": each}
            for each in new
            if each["id"] in before and before[each["id"]] != each
        ],
    }
