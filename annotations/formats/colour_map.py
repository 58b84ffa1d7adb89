"""The lists that say what a mask's values or colours mean.

`classes.txt`: a name a line, or one line of names with commas. Colour maps: JSON such as
`{"cat": "#ff0000", "dog": [0, 255, 0]}`, lines such as `cat:255,0,0::` (VOC, CVAT) or `255 0 0 cat` (CamVid).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from annotations.formats import json_stream
from annotations.formats.records import Category, Known
from core.errors import Unusable
from projects.archives import Source

BACKGROUND = "background"
VOID = 255
MAX_LIST = 1 << 20
_LISTS = ("classes.txt", "labels.txt", "class_names.txt", "obj.names")
_MAPS = (
    *("colors.json", "colours.json", "colormap.json", "color_map.json", "classes.json"),
    *("labelmap.txt", "label_colors.txt", "colormap.txt", "color_map.txt", "colors.txt"),
)
_NAME_FIRST = re.compile(r"^\s*([^:#]+?)\s*:\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?::.*)?$")
_COLOR_FIRST = re.compile(r"^\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)[\s,]+(.+?)\s*$")


@dataclass
class Labels:
    """What values and colours (0xRRGGBB) mean; the label `background` is not annotated."""

    categories: list[Category] = field(default_factory=list)
    by_index: dict[int, str] = field(default_factory=dict)
    by_color: dict[int, str] = field(default_factory=dict)


def labels_in(source: Source, known: Known) -> Labels:
    """The lists of an archive; where it has none, the project's classes. Raises Unusable for a broken one."""
    names, colors = _list(source), _map(source)
    if names is None and colors is None:
        return _of_project(known)
    labels = Labels()
    for index, name in enumerate(names or ()):
        labels.by_index[index] = _normal(name)
    for name, color in (colors or {}).items():
        labels.by_color[color] = _normal(name)
    listed = dict.fromkeys([*labels.by_index.values(), *labels.by_color.values()])
    labels.by_color.setdefault(0, BACKGROUND)
    by_name = {_normal(name): f"#{color:06x}" for name, color in (colors or {}).items()}
    # What a map names beside a list of classes is void: it has a colour and no value.
    valued = set(labels.by_index.values()) if names is not None else set(listed)
    labels.categories = [
        Category(name, by_name.get(name), ignore=name not in valued) for name in listed if name != BACKGROUND
    ]
    return labels


def lists_in(source: Source) -> bool:
    """Whether an archive has such a list."""
    return _find(source, _LISTS + _MAPS) is not None


def _of_project(known: Known) -> Labels:
    labels = Labels()
    if known.unlabelled == BACKGROUND:
        labels.by_index[0] = BACKGROUND
    labels.by_color[0] = BACKGROUND
    for each in known.classes:
        if not each.ignore:
            labels.by_index[each.value] = each.name
        labels.by_color[int(each.color[1:], 16)] = each.name
    return labels


def _normal(name: str) -> str:
    name = name.strip()
    return BACKGROUND if name.lower() in (BACKGROUND, "_background_") else name


def _find(source: Source, wanted: tuple[str, ...]) -> str | None:
    """The member of one of these names that lies highest."""
    if not source.is_archive:
        return None
    found = [name for name in source.names if PurePosixPath(name).name.lower() in wanted]
    return min(found, key=lambda name: (len(PurePosixPath(name).parts), name), default=None)


def _list(source: Source) -> list[str] | None:
    name = _find(source, _LISTS)
    if name is None:
        return None
    lines = _text(source, name).splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) == 1 and "," in lines[0]:
        lines = lines[0].split(",")
    if not lines:
        raise Unusable(f"{name} is empty: it lists the classes, one a line, the class of value 0 first.")
    if len(lines) > VOID:
        raise Unusable(f"{name} lists {len(lines)} classes; a mask of one byte a pixel can tell {VOID}.")
    return lines


def _map(source: Source) -> dict[str, int] | None:
    name = _find(source, _MAPS)
    if name is None:
        return None
    text = _text(source, name)
    if name.lower().endswith(".json"):
        return _from_json(json_stream.parse(text.encode(), name), name)
    colors = {}
    for line in text.splitlines():
        if match := _NAME_FIRST.match(line):
            label, *values = match.groups()
        elif match := _COLOR_FIRST.match(line):
            *values, label = match.groups()
        else:
            continue
        colors[label] = _code([int(value) for value in values], name)
    if not colors:
        raise Unusable(f"{name} holds no colour: write lines such as `cat:255,0,0`.")
    return colors


def _from_json(content: Any, name: str) -> dict[str, int]:
    if isinstance(content, list):
        content = {row.get("name"): row for row in content if isinstance(row, dict)}
    if not isinstance(content, dict):
        raise Unusable(f'{name} is no colour map: write {{"cat": "#ff0000", …}}.')
    colors = {}
    for label, value in content.items():
        if isinstance(value, dict):
            value = value.get("color")
        if isinstance(label, str) and label.startswith("#") and isinstance(value, str):
            label, value = value, label
        colors[str(label)] = _code(value, name)
    return colors


def _code(value: Any, name: str) -> int:
    if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value.strip()):
        return int(value.strip()[1:], 16)
    channels = value[:3] if isinstance(value, list) else []
    if len(channels) == 3 and all(type(each) is int and 0 <= each <= 255 for each in channels):
        return value[0] << 16 | value[1] << 8 | value[2]
    raise Unusable(f'{name}: {value!r} is no colour; write [255, 0, 0] or "#ff0000".')


def _text(source: Source, name: str) -> str:
    try:
        return source.read(name, MAX_LIST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"{name} is not UTF-8: save it as UTF-8 and import it again.") from error
