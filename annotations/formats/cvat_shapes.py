"""Shapes of CVAT's XML: elements into shapes, and back."""

from __future__ import annotations

import hashlib
import json
import math
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
import numpy.typing as npt
import orjson

from annotations.formats.cvat_meta import Meta
from annotations.formats.extras import KEY, extras_of, geometry_from, restore
from annotations.formats.keyhole import one_ring
from annotations.formats.reckoning import OUTSIDE
from annotations.formats.records import ExportImage, Shape
from annotations.formats.writing import mask_of_shape
from annotations.geometry import GeometryError, bbox_of, crop_to_rle, mask_to_polygons

CORNERS = 64
# Attributes that CVAT has fields for.
FLAGS = ("occluded", OUTSIDE)
# Of a track that is a shape on one frame only.
ALONE = "alone"
_TRACKS = uuid.UUID("6d5c1c1e-1d0c-5d55-8f0b-6a4f0b1f7c11")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Size = tuple[int | None, int | None]


def read_shape(node: Element, label: str, item: str, meta: Meta, size: Size) -> Shape | str:
    """The shape of an element, on a picture of `size` (height, width), or why there is none."""
    read = _GEOMETRIES.get(node.tag)
    if read is None:
        return f"a {node.tag} covers no area"
    row = _extras(node)
    try:
        geometry = geometry_from(row) or read(node, size)
        z = int(node.get("z_order") or 0)
    except (GeometryError, ValueError, OverflowError) as error:
        return f"cannot be read: {error}"
    if not label.strip():
        return "has no label"
    shape = Shape(label.strip(), geometry, item, z=z, attributes=_attributes(node, label, meta))
    extras = row.get(KEY, {})
    if isinstance(extras.get("label"), str):
        shape.label = extras["label"]
    if isinstance(extras.get("attributes"), dict):
        # Written by us: all of them, as they were.
        shape.attributes = {}
    return restore(shape, row)


def _extras(node: Element) -> dict[str, Any]:
    text = node.get(KEY)
    if not text:
        return {}
    try:
        extras = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return {KEY: extras} if isinstance(extras, dict) else {}


def _attributes(node: Element, label: str, meta: Meta) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for child in node.iter("attribute"):
        if name := child.get("name"):
            attributes[name] = meta.value(label, name, (child.text or "").strip())
    for flag in FLAGS:
        if node.get(flag) == "1":
            attributes[flag] = True
    if (group := node.get("group_id")) and group != "0":
        attributes["group_id"] = int(group) if group.isdecimal() else group
    return attributes


def _float(node: Element, name: str) -> float:
    text = node.get(name)
    if text is None:
        raise ValueError(f"it has no {name}")
    return float(text)


def _box(node: Element, size: Size) -> dict[str, Any]:
    x0, y0, x1, y1 = (_float(node, name) for name in ("xtl", "ytl", "xbr", "ybr"))
    turn = float(node.get("rotation") or 0)
    if not turn % 360:
        return {"bbox": [x0, y0, x1 - x0, y1 - y0]}
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    return _polygon_of(_turned(corners, ((x0 + x1) / 2, (y0 + y1) / 2), turn))


def _ellipse(node: Element, size: Size) -> dict[str, Any]:
    x, y, across, down = (_float(node, name) for name in ("cx", "cy", "rx", "ry"))
    steps = [2 * math.pi * step / CORNERS for step in range(CORNERS)]
    ring = [(x + across * math.cos(step), y + down * math.sin(step)) for step in steps]
    return _polygon_of(_turned(ring, (x, y), float(node.get("rotation") or 0)))


def _turned(
    ring: list[tuple[float, float]], centre: tuple[float, float], degrees: float
) -> list[list[float]]:
    """The ring turned clockwise, as it looks where y goes down."""
    x0, y0 = centre
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [
        [x0 + (x - x0) * cosine - (y - y0) * sine, y0 + (x - x0) * sine + (y - y0) * cosine] for x, y in ring
    ]


def _polygon(node: Element, size: Size) -> dict[str, Any]:
    text = node.get("points", "")
    return _polygon_of([[float(value) for value in point.split(",")] for point in text.split(";") if point])


def _polygon_of(ring: list[list[float]]) -> dict[str, Any]:
    return {"polygons": [{"exterior": ring, "holes": []}]}


def _mask(node: Element, size: Size) -> dict[str, Any]:
    height, width = size
    if not height or not width:
        raise ValueError("a mask needs the picture's size, which the file does not tell")
    left, top, across, down = (int(_float(node, name)) for name in ("left", "top", "width", "height"))
    inside = left >= 0 and top >= 0 and left + across <= width and top + down <= height
    if not inside or across < 1 or down < 1:
        raise ValueError("it reaches out of the picture")
    counts = np.array([int(count) for count in node.get("rle", "").split(",") if count.strip()], np.int64)
    if len(counts) and (counts.min() < 0 or counts.max() > across * down):
        raise ValueError("its runs contain a length that cannot be")
    if counts.sum() != across * down:
        raise ValueError(f"its runs cover {counts.sum()} pixels, its box has {across * down}")
    # Row by row inside the box, starting with what is not set.
    crop = np.repeat(np.arange(len(counts)) % 2, counts).astype(np.uint8).reshape(down, across)
    if not crop.any():
        raise ValueError("it is empty")
    return {"mask": crop_to_rle(crop, (left, top), (height, width))}


_GEOMETRIES: dict[str, Callable[[Element, Size], dict[str, Any]]] = {
    "box": _box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "mask": _mask,
}


def track_name(node: Element) -> str:
    """A UUID for a track: its own where we wrote it, else always the same for the same content."""
    try:
        return str(uuid.UUID(node.get(KEY, "")))
    except ValueError:
        return str(uuid.uuid5(_TRACKS, hashlib.sha256(tostring(node)).hexdigest()))


def order_of(node: Element) -> int:
    """Where in the painting order a shape of a video lies; 0 in files of others."""
    order = _extras(node).get(KEY, {}).get("order")
    return order if type(order) is int else 0


def xml_text(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def shape_node(shape: Shape, image: ExportImage, extra: dict[str, Any] | None = None) -> Element:
    """The element of a shape, without its label; `extra` goes beside what CVAT has no place for.

    On videos masks are outlines too: tracks of CVAT have no masks.
    """
    polygons = shape.geometry.get("polygons") or []
    exact = False
    if box := shape.geometry.get("bbox"):
        x, y, width, height = box
        node = Element("box", xtl=_text(x), ytl=_text(y), xbr=_text(x + width), ybr=_text(y + height))
        # Sums of floats do not always give back their parts.
        exact = [(x + width) - x, (y + height) - y] != [width, height]
    elif polygons and not _needs_mask(polygons, shape, image):
        exact = len(polygons) > 1 or bool(polygons[0]["holes"])
        node = _polygon_node(polygons[0]["exterior"])
    elif image.frames is not None and (parts := polygons or mask_to_polygons(mask_of_shape(shape, image))):
        node = _polygon_node(one_ring(parts))
        exact = True
    else:
        node = _mask_node(mask_of_shape(shape, image))
        exact = bool(polygons)
    node.set("occluded", "1" if shape.attributes.get("occluded") is True else "0")
    node.set("z_order", str(shape.z))
    told = extras_of(shape, exact=exact, meta=True).get(KEY, {})
    told.pop("z", None)
    told.update(extra or {})
    if xml_text(shape.label) != shape.label:
        told["label"] = shape.label
    if told:
        # ASCII: letters that XML refuses are escaped.
        node.set(KEY, json.dumps(told))
    for name, value in shape.attributes.items():
        if name not in FLAGS:
            SubElement(node, "attribute", name=xml_text(name)).text = attribute_text(value)
    return node


def _needs_mask(polygons: list[dict[str, Any]], shape: Shape, image: ExportImage) -> bool:
    """Whether one ring is too little; what is too thin for a pixel has no mask."""
    is_plain = len(polygons) == 1 and not polygons[0]["holes"]
    return not is_plain and bool(mask_of_shape(shape, image).any())


def attribute_text(value: Any) -> str:
    """A value as CVAT shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return xml_text(value if isinstance(value, str) else orjson.dumps(value).decode())


def attribute_kind(value: Any) -> str:
    """What CVAT calls the kind of an attribute with this value."""
    if isinstance(value, bool):
        return "checkbox"
    return "number" if isinstance(value, (int, float)) else "text"


def _text(value: float) -> str:
    # The shortest decimal that is this float.
    return repr(value)


def _polygon_node(ring: Sequence[Sequence[float]]) -> Element:
    return Element("polygon", points=";".join(f"{_text(x)},{_text(y)}" for x, y in ring))


def _mask_node(mask: npt.NDArray[np.uint8]) -> Element:
    left, top, across, down = (int(side) for side in bbox_of(mask))
    flat = mask[top : top + down, left : left + across].ravel()
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1, [flat.size]))
    counts = np.diff(starts).tolist()
    counts = [0, *counts] if flat[0] else counts
    return Element(
        "mask",
        rle=", ".join(map(str, counts)),
        left=str(left),
        top=str(top),
        width=str(across),
        height=str(down),
    )
