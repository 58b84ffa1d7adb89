"""COCO instances: one JSON with `images`, `categories` and `annotations`.

A polygon's rings are parts of one object, run-length codes may be compressed or not, an annotation with a box
alone is a box. What COCO has no place for (holes as points, painting order, tracks) goes out under the key
`tessera` beside what every reader understands, and comes back from there.
"""

from __future__ import annotations

import tempfile
import zipfile
from functools import partial
from typing import Any

import orjson

from annotations.formats.coco_document import Document, frames_of, key_of, look_through, merged, records_of
from annotations.formats.extras import KEY, extras_of, frame_extras, geometry_from, restore
from annotations.formats.match import without
from annotations.formats.records import Dataset, Export, ExportImage, Known, Shape
from annotations.formats.writing import bbox_of_shape, json_member, rle_of_shape, write_images
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

NAME = "coco"
MEMBER = "annotations/instances.json"


def read(source: Source, known: Known, notes: Notes, names: list[str] | None = None) -> Dataset:
    """Look through the JSON files, or those of `names`. Raises Unusable where none of them is COCO."""
    if names is None:
        names = source.ending_in(".json") if source.is_archive else source.names
    if not names:
        raise Unusable("There is no JSON file in the ZIP: COCO annotations are a JSON file.")
    documents = []
    broken: TesseraError | None = None
    for name in names:
        try:
            document = look_through(source, name, notes)
        except TesseraError as error:
            broken = broken or error
            notes.add(name, error.detail)
            continue
        # A list without anything in it may be that of the annotations.
        if "images" in document.lists:
            documents.append(document)
        elif source.is_archive:
            notes.add(name, "has no lists `images` and `annotations`: it is no COCO file and was left out")
    if not documents:
        raise broken or Unusable(
            "No JSON file has the lists `images`, `categories` and `annotations` of COCO."
        )
    return Dataset(
        categories=merged(documents),
        images=without(source.images(), frames_of(documents, known)) if source.is_archive else [],
        total=sum(len(document.order) for document in documents),
        records=partial(records_of, source, documents, notes, _shapes),
    )


def _shapes(row: dict[str, Any], document: Document, notes: Notes) -> list[Shape]:
    shape = _shape(row, document, notes)
    return [shape] if shape else []


def _shape(row: dict[str, Any], document: Document, notes: Notes) -> Shape | None:
    item = f"annotation {row.get('id')}"
    label = document.labels.get(key_of(row.get("category_id")))
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
        return "is panoptic (segments in a PNG): import the file as coco_mask"
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
            row[KEY] = frame_extras(image)
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
