"""COCO instances: one JSON with `images`, `categories` and `annotations`.

A polygon's rings are parts of one object, run-length codes may be compressed or not, an annotation with a box
alone is a box. What COCO has no place for (holes as points, painting order, tracks) goes out under the key
`tessera` beside what every reader understands, and comes back from there.
"""

from __future__ import annotations

import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, NamedTuple

import numpy as np
import orjson

from annotations.formats import json_stream
from annotations.formats.extras import KEY, extras_of, geometry_from, restore
from annotations.formats.records import Category, Dataset, Export, ExportImage, Known, Record, Shape
from annotations.formats.writing import bbox_of_shape, json_member, rle_of_shape, write_images
from core.errors import Unusable
from core.notes import Notes
from projects.archives import Source

NAME = "coco"
MEMBER = "annotations/instances.json"
_LISTS = ("images", "categories", "annotations")


class _Image(NamedTuple):
    name: str
    width: int | None
    height: int | None
    # Written by us: the order of its annotations is that of painting.
    painted: bool


@dataclass
class _Document:
    """One COCO JSON, looked through once: where the annotations of each image stand."""

    name: str
    images: dict[Any, _Image] = field(default_factory=dict)
    labels: dict[Any, str] = field(default_factory=dict)
    categories: list[Category] = field(default_factory=list)
    order: dict[Any, int] = field(default_factory=dict)  # image id → number
    owners: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    lists: set[str] = field(default_factory=set)


def read(source: Source, known: Known, notes: Notes, names: list[str] | None = None) -> Dataset:
    """Look through the JSON files, or those of `names`. Raises Unusable where none of them is COCO."""
    if names is None:
        names = source.ending_in(".json") if source.is_archive else source.names
    if not names:
        raise Unusable("There is no JSON file in the ZIP: COCO annotations are a JSON file.")
    documents = []
    for name in names:
        document = _look_through(source, name, notes)
        if {"images", "annotations"} <= document.lists:
            documents.append(document)
        elif source.is_archive:
            notes.add(name, "has no lists `images` and `annotations`: it is no COCO file and was left out")
    if not documents:
        raise Unusable("No JSON file has the lists `images`, `categories` and `annotations` of COCO.")
    categories = {each.name: each for document in reversed(documents) for each in document.categories[::-1]}
    return Dataset(
        categories=list(categories.values())[::-1],
        images=source.images() if source.is_archive else [],
        total=sum(len(document.order) for document in documents),
        records=partial(_records, source, documents, notes),
    )


def _look_through(source: Source, name: str, notes: Notes) -> _Document:
    document = _Document(name)
    with source.local(name).open("rb") as file:
        for element in json_stream.elements(file, name):
            document.lists.add(element.key)
            if element.key not in _LISTS:
                continue
            row = json_stream.parse(element.text, name)
            if not isinstance(row, dict):
                raise Unusable(f"{name}: `{element.key}` is a list of objects in COCO.")
            if element.key == "annotations":
                number = document.order.setdefault(_key(row.get("image_id")), len(document.order))
                document.owners.append(number)
                document.starts.append(element.start)
                document.lengths.append(len(element.text))
            elif element.key == "images":
                _add_image(document, row, notes)
            else:
                _add_category(document, row, notes)
    return document


def _key(value: Any) -> Any:
    """An id as something that can be looked up."""
    return value if isinstance(value, (int, str)) else repr(value)


def _add_image(document: _Document, row: dict[str, Any], notes: Notes) -> None:
    key, name = _key(row.get("id")), row.get("file_name")
    if not isinstance(name, str) or not name:
        notes.add(f"image {key}", f"has no file_name in {document.name}; its annotations were left out")
        return
    document.order.setdefault(key, len(document.order))
    if key in document.images:
        notes.add(
            name,
            f"has the id of {document.images[key].name} ({key}): annotations of this id go to that image",
        )
        return
    width, height = (row.get(side) for side in ("width", "height"))
    document.images[key] = _Image(name, _side(width), _side(height), KEY in row)


def _side(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) and value > 0 else None


def _add_category(document: _Document, row: dict[str, Any], notes: Notes) -> None:
    key, name = _key(row.get("id")), row.get("name")
    item = f"category {key}"
    if not isinstance(name, str) or not name.strip():
        notes.add(item, "has no name; its annotations were left out")
        return
    if key in document.labels:
        notes.add(f"{item} {name!r}", f"has the id of {document.labels[key]!r}; it was left out")
        return
    name = name.strip()
    if name in document.labels.values():
        notes.add(f"{item} {name!r}", "another category has this name: they were merged into one class")
    else:
        stuff = row.get("isthing") == 0
        document.categories.append(
            Category(name, _color(row.get("color")), row.get("ignore") is True, stuff=stuff)
        )
    document.labels[key] = name


def _color(value: Any) -> str | None:
    good = (
        isinstance(value, list) and len(value) == 3 and all(type(c) is int and 0 <= c <= 255 for c in value)
    )
    return "#{:02x}{:02x}{:02x}".format(*value) if good else None


def _records(source: Source, documents: list[_Document], notes: Notes) -> Iterator[Record]:
    for document in documents:
        owners = np.frombuffer(document.owners, np.int64)
        by_image = np.argsort(owners, kind="stable")
        bounds = np.searchsorted(owners[by_image], np.arange(len(document.order) + 1))
        with source.local(document.name).open("rb") as file:
            for key, number in document.order.items():
                places = by_image[bounds[number] : bounds[number + 1]].tolist()
                image = document.images.get(key)
                if image is None:
                    notes.add(
                        f"image {key}",
                        f"is not in the list `images`: {len(places)} annotations were left out",
                    )
                    continue
                rows = [_row(file, document, place) for place in places]
                shapes = [shape for row in rows if (shape := _shape(row, document, notes))]
                yield Record(
                    image.name,
                    shapes,
                    image.width,
                    image.height,
                    origin=document.name,
                    painted=image.painted,
                )


def _row(file: IO[bytes], document: _Document, place: int) -> dict[str, Any]:
    file.seek(document.starts[place])
    row: dict[str, Any] = json_stream.parse(file.read(document.lengths[place]), document.name)
    return row


def _shape(row: dict[str, Any], document: _Document, notes: Notes) -> Shape | None:
    item = f"annotation {row.get('id')}"
    label = document.labels.get(_key(row.get("category_id")))
    if label is None:
        notes.add(item, f"category {row.get('category_id')} is not in the list `categories`")
        return None
    geometry = geometry_from(row) or _geometry(row)
    if isinstance(geometry, str):
        notes.add(item, geometry)
        return None
    attributes = row.get("attributes")
    attributes = dict(attributes) if isinstance(attributes, dict) else {}
    if row.get("iscrowd") == 1:
        attributes["iscrowd"] = 1
    shape = Shape(label, geometry, item, attributes=attributes)
    if isinstance(row.get("score"), (int, float)):
        shape.score = row["score"]
    return restore(shape, row)


def _geometry(row: dict[str, Any]) -> dict[str, Any] | str:
    """The geometry of an annotation, or what is wrong with it."""
    segmentation = row.get("segmentation")
    if isinstance(segmentation, dict):
        return {"mask": segmentation}
    if isinstance(segmentation, list) and segmentation:
        if not isinstance(segmentation[0], list):
            segmentation = [segmentation]
        if any(not isinstance(ring, list) or len(ring) % 2 for ring in segmentation):
            return "a polygon is a list x, y, x, y, … of even length"
        parts = [
            {"exterior": list(map(list, zip(r[::2], r[1::2], strict=True))), "holes": []}
            for r in segmentation
        ]
        return {"polygons": parts}
    if row.get("bbox"):
        return {"bbox": row["bbox"]}
    if "segments_info" in row:
        return "is panoptic (segments in a PNG): import the file as panoptic"
    return "has neither a segmentation nor a box"


def write(archive: zipfile.ZipFile, export: Export, as_runs: bool = False) -> None:
    """Write `annotations/instances.json`, and the images below `images/`.

    `as_runs` writes the pixels of every shape as run-length code, not those of masks and holes alone.
    """
    ids = {each.name: number for number, each in enumerate(export.classes, 1)}
    with tempfile.SpooledTemporaryFile(4 << 20) as images, json_member(archive, MEMBER) as out:
        head = {"info": {"description": export.title}, "licenses": [], "categories": categories_of(export)}
        out.write(orjson.dumps(head)[:-1] + b',"annotations":[')
        number = 0
        for image_number, image in enumerate(export.images(), 1):
            row = {"id": image_number, "file_name": image.name, "width": image.width, "height": image.height}
            row[KEY] = {"painted": True}
            images.write((b",\n" if image_number > 1 else b"") + orjson.dumps(row))
            for shape in image.shapes:
                number += 1
                row = {"id": number, "image_id": image_number, "category_id": ids[shape.label]}
                out.write(
                    (b",\n" if number > 1 else b"\n")
                    + orjson.dumps({**row, **_annotation(shape, image, as_runs)})
                )
        out.write(b'],"images":[\n')
        images.seek(0)
        while block := images.read(1 << 20):
            out.write(block)
        out.write(b"]}\n")
    write_images(archive, export)


def categories_of(export: Export) -> list[dict[str, Any]]:
    rows = []
    for number, each in enumerate(export.classes, 1):
        color = [int(each.color[at : at + 2], 16) for at in (1, 3, 5)]
        row = {"id": number, "name": each.name, "supercategory": "", "color": color}
        row["isthing"] = int(not each.stuff)
        rows.append({**row, "ignore": True} if each.ignore else row)
    return rows


def _annotation(shape: Shape, image: ExportImage, as_runs: bool) -> dict[str, Any]:
    attributes = dict(shape.attributes)
    crowd = attributes.pop("iscrowd", 0) == 1
    box, area = bbox_of_shape(shape, image)
    row: dict[str, Any] = {"bbox": box, "area": area, "iscrowd": int(crowd)}
    polygons = shape.geometry.get("polygons") or []
    plain = bool(polygons) and not any(part["holes"] for part in polygons)
    if "bbox" in shape.geometry and not as_runs:
        row["segmentation"] = []
    elif plain and not crowd and not as_runs:
        row["segmentation"] = [[value for point in part["exterior"] for value in point] for part in polygons]
    else:
        row["segmentation"] = rle_of_shape(shape, image)
    if attributes:
        row["attributes"] = attributes
    if shape.score is not None:
        row["score"] = shape.score
    exact = as_runs or (bool(polygons) and (crowd or not plain))
    return {**row, **extras_of(shape, exact=exact and "mask" not in shape.geometry)}
