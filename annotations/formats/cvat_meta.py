"""What a CVAT file says of itself: labels with their attributes, the video, its size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from annotations.formats.records import Category

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass
class Meta:
    """The head of a file."""

    categories: list[Category] = field(default_factory=list)
    # How the value of an attribute is read, by label and name.
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    # The file that was annotated, and in a project that of each task.
    source: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    # Of a video; images tell theirs themselves.
    width: int | None = None
    height: int | None = None

    def source_of(self, node: Element) -> str:
        """The video that a track or an image of a frame belongs to; empty where the file does not say."""
        return self.sources.get(node.get("task_id", ""), self.source)

    def value(self, label: str, name: str, text: str) -> Any:
        """An attribute as what its label says it is."""
        return _READ.get(self.kinds.get((label, name), ""), str)(text)


def _flag(text: str) -> bool | str:
    return {"true": True, "false": False}.get(text.lower(), text)


def _number(text: str) -> float | str:
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else float(text)
    except ValueError:
        return text


_READ: dict[str, Callable[[str], Any]] = {"checkbox": _flag, "number": _number}


def read_meta(node: Element) -> Meta:
    """The head of a task's, a job's or a project's file."""
    meta = Meta()
    for label in node.iter("label"):
        _add_label(meta, label)
    for task in (*node.iter("task"), *node.iter("job")):
        source = _text(task, "source")
        if source and (number := _text(task, "id")):
            meta.sources[number] = source
    meta.source = _text(node, "source") or next(iter(meta.sources.values()), "")
    size = node.find(".//original_size")
    if size is not None:
        width, height = (_text(size, side) for side in ("width", "height"))
        meta.width = int(width) if width.isdecimal() else None
        meta.height = int(height) if height.isdecimal() else None
    return meta


def _add_label(meta: Meta, label: Element) -> None:
    name = _text(label, "name")
    if not name:
        return
    if name not in {each.name for each in meta.categories}:
        color = _text(label, "color").lower()
        ignore, stuff = (_text(label, flag) == "true" for flag in ("ignore", "stuff"))
        color_or_none = color if _COLOR.fullmatch(color) else None
        meta.categories.append(Category(name, color_or_none, ignore, stuff=stuff))
    for attribute in label.iter("attribute"):
        meta.kinds[name, _text(attribute, "name")] = _text(attribute, "input_type")


def _text(node: Element, path: str) -> str:
    return (node.findtext(path) or "").strip()
