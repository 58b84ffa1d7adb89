"""datumaro's own format (1.x): `annotations/<subset>.json`, and the images below `images/<subset>/`.

Polygons, masks, boxes and ellipses come in, with attributes, painting order and groups; a numeric attribute
`score` is the shape's score. Labels of whole images, captions, points, lines and cuboids cover no area and
are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from annotations.formats import json_stream
from annotations.formats.datumaro_write import write as write
from annotations.formats.extras import (
    KEY,
    frame_from,
    geometry_from,
    hidden_from,
    restore,
)
from annotations.formats.match import SPLITS, without
from annotations.formats.records import Category, Dataset, Known, Record, Shape
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

NAME = "datumaro"
CORNERS = 64
_SILENT = ("label", "caption")


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Look through the JSON files. Raises Unusable where none of them is datumaro's."""
    names = source.ending_in(".json") if source.is_archive else source.names
    if not names:
        raise Unusable("There is no JSON file in the ZIP: datumaro has `annotations/<subset>.json`.")
    files: dict[str, list[Category]] = {}
    frames: set[str] = set()
    total = 0
    for name in names:
        try:
            categories, count = _look_through(source, name, known, frames, notes)
        except TesseraError as error:
            if not source.is_archive:
                raise
            notes.add(name, f"{error.detail} It was left out.")
            continue
        files[name] = categories
        total += count
    if not files:
        raise Unusable("No JSON file in the ZIP has the `categories` and `items` of datumaro.")
    images = source.images() if source.is_archive else []
    every = {each.name: each for categories in files.values() for each in categories if each.name}
    subsets = {PurePosixPath(name).stem for name in files}
    return Dataset(
        categories=list(every.values()),
        images=without(images, frames),
        total=total,
        records=partial(_records, source, files, notes),
        names=_names(images, subsets),
        splits={
            name: SPLITS[subset.lower()]
            for name in images
            if (subset := _subset_of(name)) in subsets and subset.lower() in SPLITS
        },
    )


def _subset_of(member: str) -> str:
    """The folder below `images/` that a picture lies in."""
    parts = PurePosixPath(member).parts
    return parts[parts.index("images") + 1] if "images" in parts[:-2] else ""


def _names(members: list[str], subsets: set[str]) -> dict[str, str]:
    """What is below `images/<subset>/`, where that tells the pictures apart."""
    inside: dict[str, str] = {}
    for member in members:
        if _subset_of(member) in subsets:
            inside[member] = member.split(f"images/{_subset_of(member)}/", 1)[1]
    count = Counter(inside.values())
    return {member: name for member, name in inside.items() if count[name] == 1}


def _look_through(
    source: Source, name: str, known: Known, frames: set[str], notes: Notes
) -> tuple[list[Category], int]:
    """The labels by their numbers, and how many items there are.

    Paths of pictures that are frames of videos which the project has are added to `frames`.
    """
    categories: list[Category] | None = None
    count, lists = 0, set()
    with source.local(name).open("rb") as file:
        for element in json_stream.elements(file, name, whole=("categories",)):
            if element.is_whole:
                categories = _categories(json_stream.parse(element.text, name), name, notes)
            lists.add(element.key)
            count += element.key == "items"
            if known.videos and element.key == "items" and b'"video":' in element.text:
                row = json_stream.parse(element.text, name)
                if frame_from(row)[0] in known.videos and (image := _image_of(row)):
                    frames.add(image[0])
    if categories is None:
        raise Unusable(f"{name} is no datumaro file: it has no object `categories`.")
    return categories, count


def _categories(row: Any, name: str, notes: Notes) -> list[Category]:
    label = row.get("label") if isinstance(row, dict) else None
    rows = label.get("labels") if isinstance(label, dict) else None
    if not isinstance(rows, list):
        return []
    colors = _colors(row.get("mask"))
    categories: list[Category] = []
    for number, each in enumerate(rows):
        text = each.get("name") if isinstance(each, dict) else None
        if not isinstance(text, str) or not text.strip():
            notes.add(f"label {number} in {name}", "has no name; its annotations were left out")
            # Annotations count labels from 0: this one keeps its place.
            text = ""
        elif text.strip() in {known.name for known in categories}:
            notes.add(f"label {number} {text!r}", "another has this name: they were merged into one class")
        extras = each.get(KEY) if isinstance(each, dict) else None
        extras = extras if isinstance(extras, dict) else {}
        flags = {flag: extras.get(flag) is True for flag in ("ignore", "stuff")}
        categories.append(Category(text.strip(), colors.get(number), **flags))
    return categories


def _colors(mask: Any) -> dict[int, str]:
    rows = mask.get("colormap") if isinstance(mask, dict) else None
    found: dict[int, str] = {}
    for row in rows if isinstance(rows, list) else ():
        values: list[Any] = (
            [row.get(key) for key in ("label_id", "r", "g", "b")] if isinstance(row, dict) else []
        )
        if values and all(type(value) is int and value >= 0 for value in values) and max(values[1:]) <= 255:
            found[values[0]] = "#{:02x}{:02x}{:02x}".format(*values[1:])
    return found


def _records(source: Source, files: Mapping[str, list[Category]], notes: Notes) -> Iterator[Record]:
    for name, categories in files.items():
        with source.local(name).open("rb") as file:
            for element in json_stream.elements(file, name):
                if element.key != "items":
                    continue
                row = json_stream.parse(element.text, name)
                if record := _record(row, name, categories, notes):
                    yield record


def _record(row: Any, origin: str, categories: list[Category], notes: Notes) -> Record | None:
    image = _image_of(row)
    if image is None:
        notes.add(f"an item of {origin}", "has neither an id nor a path: it was left out")
        return None
    path, by_stem, (height, width) = image
    record = Record(path, [], width, height, origin, by_stem=by_stem)
    record.video, record.frame = frame_from(row)
    frame = row.get("video_frame")
    if isinstance(frame, dict) and isinstance(frame.get("video_path"), str):
        index = frame.get("frame_index")
        record.video, record.frame = frame["video_path"], index if type(index) is int else None
    # Files of ours keep the score apart from the attributes.
    is_ours = KEY in row
    rows = row.get("annotations")
    for number, each in enumerate(rows if isinstance(rows, list) else (), 1):
        shape = _shape(each, f"annotation {number}", categories, is_ours)
        if isinstance(shape, Shape):
            record.shapes.append(shape)
        elif shape:
            notes.add(f"annotation {number} of {path}", shape)
    if record.video is not None:
        record.shapes += hidden_from(row)
    return record


def _image_of(row: Any) -> tuple[str, bool, tuple[int | None, int | None]] | None:
    """The picture's path, whether it comes without its ending, and its height and width."""
    if not isinstance(row, dict):
        return None
    medium: dict[str, Any] = next(
        (row[key] for key in ("image", "media") if isinstance(row.get(key), dict)), {}
    )
    size = medium.get("size")
    good = isinstance(size, list) and len(size) == 2 and all(type(side) is int and side > 0 for side in size)
    height, width = size if good and size else (None, None)
    path, item = medium.get("path"), row.get("id")
    if isinstance(path, str) and path:
        return path, False, (height, width)
    return (item, True, (height, width)) if isinstance(item, str) and item else None


def _shape(row: Any, item: str, categories: list[Category], is_ours: bool) -> Shape | str:
    """The shape, or why there is none; nothing to say of what was never one."""
    if not isinstance(row, dict):
        return "is no object"
    kind = row.get("type")
    if kind in _SILENT:
        return f"a {kind} of the whole image covers no area"
    number = row.get("label_id")
    if type(number) is not int or not 0 <= number < len(categories) or not categories[number].name:
        return f"its label {number!r} is not among the categories"
    try:
        geometry = geometry_from(row) or _geometry(row)
    except (TypeError, ValueError, OverflowError) as error:
        return f"cannot be read: {error}"
    if isinstance(geometry, str):
        return geometry
    attributes = row.get("attributes")
    shape = Shape(categories[number].name, geometry, item)
    shape.attributes = dict(attributes) if isinstance(attributes, dict) else {}
    if type(row.get("z_order")) is int:
        shape.z = row["z_order"]
    if type(row.get("group")) is int and row["group"]:
        shape.attributes["group"] = row["group"]
    score = shape.attributes.get("score")
    if not is_ours and isinstance(score, (int, float)) and not isinstance(score, bool):
        shape.score = shape.attributes.pop("score")
    return restore(shape, row)


def _geometry(row: dict[str, Any]) -> dict[str, Any] | str:
    kind, points = row.get("type"), row.get("points")
    if kind == "mask":
        return {"mask": row.get("rle")}
    if kind == "bbox":
        return {"bbox": row.get("bbox")}
    if kind == "polygon":
        if not isinstance(points, list) or len(points) % 2:
            return "a polygon is a list x, y, x, y, … of even length"
        ring = [list(point) for point in zip(points[::2], points[1::2], strict=True)]
        return {"polygons": [{"exterior": ring, "holes": []}]}
    if kind == "ellipse":
        if not isinstance(points, list) or len(points) != 4:
            return "an ellipse is the four numbers of its box"
        x0, y0, x1, y1 = (float(value) for value in points)
        steps = [2 * math.pi * step / CORNERS for step in range(CORNERS)]
        across, down = (x1 - x0) / 2, (y1 - y0) / 2
        ring = [[x0 + across * (1 + math.cos(step)), y0 + down * (1 + math.sin(step))] for step in steps]
        return {"polygons": [{"exterior": ring, "holes": []}]}
    return f"a {kind} covers no area"
