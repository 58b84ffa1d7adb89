"""The lists that lie beside YOLO's labels: names of the classes, and which image is for what."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

import yaml

from annotations.formats.match import SPLITS
from annotations.formats.records import Known
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

MAX_LIST = 16 << 20
MAX_CLASSES = 10_000
_NAME_FILES = ("obj.names", "classes.txt", "classes.names", "_darknet.labels")


def class_names(source: Source, known: Known, notes: Notes) -> list[str]:
    """The names by their numbers. Raises Unusable for a `data.yaml` that cannot be read."""
    for name in source.ending_in(".yaml", ".yml") if source.is_archive else ():
        if (names := _names_of(_yaml(source, name), name, notes)) is not None:
            return names
    for name in source.names if source.is_archive else ():
        if PurePosixPath(name).name.lower() in _NAME_FILES:
            return _filled(dict(enumerate(_lines(source, name))), name, notes)
    if known.classes:
        notes.add("data.yaml", "is not there: the project's classes in their order were taken")
        return [each.name for each in known.classes if not each.ignore]
    raise Unusable(
        "There is no data.yaml (nor obj.names or classes.txt) that names the classes: put it into the ZIP, "
        "or make the classes in the project in the order of their numbers."
    )


def _yaml(source: Source, name: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(source.read(name, MAX_LIST).decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Unusable(f"{name} cannot be read as YAML: {error}") from error
    return content if isinstance(content, dict) else {}


def _names_of(content: dict[str, Any], name: str, notes: Notes) -> list[str] | None:
    """`names` as a list, or as an object of numbers; None where there are none."""
    names = content.get("names")
    if isinstance(names, list):
        return _filled(dict(enumerate(names)), name, notes)
    if isinstance(names, dict):
        numbered = {int(key): text for key, text in names.items() if str(key).isdecimal()}
        return _filled(numbered, name, notes)
    if isinstance(content.get("nc"), int):
        return _filled({number: "" for number in range(min(content["nc"], MAX_CLASSES))}, name, notes)
    return None


def _filled(names: dict[int, Any], name: str, notes: Notes) -> list[str]:
    """The names without gaps: what has none is called by its number; of one name there is one class."""
    count = max(names, default=-1) + 1
    if count > MAX_CLASSES:
        raise Unusable(f"{name} names {count} classes; at most {MAX_CLASSES} are taken.")
    filled: list[str] = []
    for number in range(count):
        text = str(names.get(number) if names.get(number) is not None else "").strip()
        if not text:
            notes.add(f"class {number} in {name}", f"has no name: it is called class_{number}")
            text = f"class_{number}"
        if text in filled:
            notes.add(f"class {number} {text!r}", "another has this name: they were merged into one class")
        filled.append(text)
    return filled


def _lines(source: Source, name: str) -> list[str]:
    text = source.read(name, MAX_LIST).decode("utf-8-sig", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def listed_splits(source: Source, images: Iterable[str]) -> dict[str, str]:
    """The splits that lists of paths give, such as `train.txt`; none where folders tell."""
    splits: dict[str, str] = {}
    by_name: dict[str, list[str]] = {}
    for image in images:
        by_name.setdefault(PurePosixPath(image).name, []).append(image)
    for name in source.ending_in(".txt") if source.is_archive else ():
        split = SPLITS.get(PurePosixPath(name).stem.lower())
        if split is None:
            continue
        try:
            lines = _lines(source, name)
        except TesseraError:
            continue
        for line in lines:
            same = by_name.get(PurePosixPath(line.replace("\\", "/")).name, [])
            if len(same) == 1:
                splits[same[0]] = split
    return splits


def data_yaml(title: str, names: list[str], splits: set[str]) -> bytes:
    """What Ultralytics wants to know. It asks for images to validate with: without any these are the same."""
    content: dict[str, Any] = {"path": ".", "train": "images/train"}
    content["val"] = "images/val" if "val" in splits else "images/train"
    if "test" in splits:
        content["test"] = "images/test"
    content["names"] = dict(enumerate(names))
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    return f"# {' '.join(title.split())}\n{text}".encode()
