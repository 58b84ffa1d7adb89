"""The XML of VOC, both ways: objects with boxes and attributes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from annotations.formats.cvat_shapes import xml_text
from annotations.formats.records import ExportImage, Shape
from annotations.formats.xml_stream import children
from core.errors import TooLarge
from core.notes import Notes
from projects.archives import Source

MAX_XML = 64 << 20
# What the format itself says of an object.
_FLAGS = ("difficult", "truncated", "occluded")
_SIDES = ("xmin", "ymin", "xmax", "ymax")


class Annotation(NamedTuple):
    """An object of an XML; `box` [x, y, width, height] in pixels from 0. Without a name it is ""."""

    name: str
    box: list[float] | None
    attributes: dict[str, Any]
    item: str


def read_xml(
    source: Source, name: str, notes: Notes
) -> tuple[list[Annotation], tuple[int | None, int | None]]:
    """The objects in a file's order, and the image's width and height if it says so. Raises Unusable."""
    if source.size(name) > MAX_XML:
        raise TooLarge(f"{name} is larger than {MAX_XML >> 20} MB.")
    found: list[Annotation] = []
    size: tuple[int | None, int | None] = (None, None)
    with source.open(name) as file:
        for node in children(file, name, "annotation"):
            if node.tag == "size":
                size = _whole(node, "width"), _whole(node, "height")
            elif node.tag == "object":
                found.append(_object(node, f"object {len(found) + 1} in {PurePosixPath(name).name}", notes))
    return found, size


def _object(node: Element, item: str, notes: Notes) -> Annotation:
    name = _text(node, "name")
    if not name:
        notes.add(item, "has no name")
    if node.find("part") is not None:
        notes.add(item, "its parts were left out: whole objects are taken")
    attributes: dict[str, Any] = {flag: 1 for flag in _FLAGS if _text(node, flag).lower() in ("1", "true")}
    pose = _text(node, "pose")
    if pose and pose.lower() != "unspecified":
        attributes["pose"] = pose
    for each in node.iterfind("attributes/attribute"):
        if key := _text(each, "name"):
            attributes[key] = _value(_text(each, "value"))
    return Annotation(name, _box(node.find("bndbox")), attributes, item)


def _text(node: Element, path: str) -> str:
    return (node.findtext(path) or "").strip()


def _whole(node: Element, path: str) -> int | None:
    text = _text(node, path)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None


def _box(node: Element | None) -> list[float] | None:
    if node is None:
        return None
    try:
        x0, y0, x1, y1 = (float(_text(node, side)) for side in _SIDES)
    except ValueError:
        return None
    # Adding 1 and taking it away leaves a rest in the last digits.
    return [round(side, 9) for side in (x0 - 1, y0 - 1, x1 - x0 + 1, y1 - y0 + 1)]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


Row = tuple[str, Shape, list[float]]


def write_xml(image: ExportImage, title: str, objects: Iterable[Row], segmented: bool) -> bytes:
    """The XML of an image; each object is its name, its shape and its box in pixels from 0."""
    root = Element("annotation")
    _add(root, "folder", "JPEGImages")
    _add(root, "filename", PurePosixPath(image.name).name)
    _add(SubElement(root, "source"), "database", title)
    size = SubElement(root, "size")
    for key, value in (("width", image.width), ("height", image.height), ("depth", 3)):
        _add(size, key, str(value))
    _add(root, "segmented", str(int(segmented)))
    for name, shape, box in objects:
        _write_object(SubElement(root, "object"), name, shape, box)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _write_object(node: Element, name: str, shape: Shape, box: list[float]) -> None:
    attributes = dict(shape.attributes)
    _add(node, "name", name)
    pose = attributes.get("pose")
    own = isinstance(pose, str) and pose.strip() == pose and pose.lower() not in ("", "unspecified")
    _add(node, "pose", attributes.pop("pose") if own else "Unspecified")
    for flag in _FLAGS:
        is_set = attributes.get(flag) == 1 and attributes[flag] is not True
        _add(node, flag, "1" if is_set and attributes.pop(flag) else "0")
    x, y, width, height = box
    bndbox = SubElement(node, "bndbox")
    for side, value in zip(_SIDES, (x + 1, y + 1, x + width, y + height), strict=True):
        _add(bndbox, side, str(int(value)) if value == int(value) else repr(float(value)))
    if attributes:
        rows = SubElement(node, "attributes")
        for key, value in attributes.items():
            row = SubElement(rows, "attribute")
            _add(row, "name", key)
            _add(row, "value", _written(value))


def _written(value: Any) -> str:
    """Texts as they are, but for those that would be read as something else."""
    if isinstance(value, str) and value == value.strip() and _value(value) is value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _add(node: Element, tag: str, text: str) -> None:
    SubElement(node, tag).text = xml_text(text)
