"""LabelMe's XML, as MIT's web tool writes it: polygons, boxes, and masks in PNG files beside it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

from annotations.formats.pixels import read_png
from annotations.formats.records import Record, Shape
from annotations.geometry import mask_to_rle
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

MAX_MASK = 64 << 20
_FOLDERS_OF_MASKS = ("masks", "scribbles")


def is_mask(name: str) -> bool:
    """Whether a member lies where the web tool keeps masks and scribbles."""
    return any(part.lower() in _FOLDERS_OF_MASKS for part in PurePosixPath(name).parts[:-1])


def read_xml(source: Source, name: str, text: bytes, notes: Notes) -> Record:
    """The objects of an XML file of MIT's web tool; raises Unusable where it is none."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unusable(f"{name} declares entities, which LabelMe files do not have.")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Unusable(f"{name} is not XML: {error}.") from error
    if root.tag != "annotation":
        raise Unusable(f"{name} is no LabelMe file: its first element is <{root.tag}>.")
    image, folder = _value(root, "filename"), _value(root, "folder")
    rows, columns = (_value(root, f"imagesize/{side}") for side in ("nrows", "ncols"))
    record = Record(
        f"{folder}/{image}" if folder else image,
        [],
        int(columns) if columns.isdecimal() else None,
        int(rows) if rows.isdecimal() else None,
        name,
    )
    for node in root.iter("object"):
        if _value(node, "deleted") == "1":
            continue
        item = f"object {_value(node, 'id') or len(record.shapes)} in {PurePosixPath(name).name}"
        geometry = _geometry(source, name, node)
        label = _value(node, "name")
        if isinstance(geometry, str) or not label:
            notes.add(item, geometry if isinstance(geometry, str) else "has no name")
            continue
        attributes = _attributes(node)
        record.shapes.append(Shape(label, geometry, item, attributes=attributes))
    return record


def _value(node: ElementTree.Element, path: str) -> str:
    return (node.findtext(path) or "").strip()


def _attributes(node: ElementTree.Element) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if _value(node, "occluded") == "yes":
        attributes["occluded"] = True
    if text := _value(node, "attributes"):
        attributes["attributes"] = text
    return attributes


def _geometry(source: Source, name: str, node: ElementTree.Element) -> dict[str, Any] | str:
    polygon, segment = node.find("polygon"), node.find("segm")
    if polygon is not None:
        try:
            points = [[float(_value(point, "x")), float(_value(point, "y"))] for point in polygon.iter("pt")]
        except ValueError:
            return "a point has no number for x or y"
        if _value(node, "type") == "bounding_box" and points:
            (x0, x1), (y0, y1) = ((min(side), max(side)) for side in zip(*points, strict=True))
            return {"bbox": [x0, y0, x1 - x0, y1 - y0]}
        return {"polygons": [{"exterior": points, "holes": []}]}
    if segment is None:
        return "has neither a polygon nor a mask"
    wanted = _value(segment, "mask")
    found = [member for member in source.names if PurePosixPath(member).name == wanted and is_mask(member)]
    if not found:
        return f"its mask {wanted} is not in the ZIP"
    try:
        pixels = read_png(source.read(found[0], MAX_MASK))
    except (ValueError, TesseraError):
        return f"its mask {wanted} is no PNG"
    return {"mask": mask_to_rle(pixels.is_set())}
