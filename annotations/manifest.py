"""The dataset manifest: a snapshot as JSON lines, a header first, then one asset a line in painting order.

Equal content gives equal bytes, and so the same digest: keys are sorted, and nothing in it tells the time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

FORMAT = "tessera-manifest/1"


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


def splits_in(path: Path) -> dict[str, str]:
    """The split of every asset of a manifest by its id, without parsing the shapes.

    Keys are sorted, so both stand behind the shapes; inside a JSON string no quote comes without a backslash,
    so nothing else looks like them.
    """
    splits = {}
    with path.open("rb") as file:
        file.readline()
        for text in file:
            splits[_text_behind(text, b'"asset":"')] = _text_behind(text, b'"split":"')
    return splits


def places_in(path: Path) -> dict[str, int]:
    """The byte at which every asset's line begins, by its id, without parsing the shapes."""
    places = {}
    with path.open("rb") as file:
        place = len(file.readline())
        for text in file:
            places[_text_behind(text, b'"asset":"')] = place
            place += len(text)
    return places


def _text_behind(text: bytes, key: bytes) -> str:
    start = text.rindex(key) + len(key)
    return text[start : text.index(b'"', start)].decode()


# So many assets of each kind are listed; all of them are counted.
LISTED = 500


def compare(before: Path, after: Path, most: int = LISTED) -> dict[str, Any]:
    """What changed between two manifests: assets added, removed and changed, and classes.

    `counts` has all of them, the lists the first `most` of each, and `shapes` what became of the shapes.
    """
    old_header, _ = read_manifest(before)
    new_header, _ = read_manifest(after)
    old, new = _index(before), _index(after)
    added = [place for asset, (_, place) in new.items() if asset not in old]
    removed = [place for asset, (_, place) in old.items() if asset not in new]
    changed = [asset for asset, (digest, _) in new.items() if asset in old and old[asset][0] != digest]
    shapes: Counter[str] = Counter(added=0, removed=0, changed=0)
    listed: list[dict[str, Any]] = []
    with before.open("rb") as old_file, after.open("rb") as new_file:
        for asset in changed:
            change = _change(_at(old_file, old[asset][1]), _at(new_file, new[asset][1]))
            shapes.update(change["annotations"])
            if len(listed) < most:
                listed.append(change)
        for places, file, kind in ((added, new_file, "added"), (removed, old_file, "removed")):
            for place in places:
                shapes[kind] += len(_at(file, place)["annotations"])
        return {
            "assets": {
                "added": [_brief(_at(new_file, place)) for place in added[:most]],
                "removed": [_brief(_at(old_file, place)) for place in removed[:most]],
                "changed": listed,
            },
            "classes": _class_changes(old_header["classes"], new_header["classes"]),
            "unlabelled": [old_header["unlabelled"], new_header["unlabelled"]],
            "counts": {"added": len(added), "removed": len(removed), "changed": len(changed)},
            "shapes": dict(shapes),
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
