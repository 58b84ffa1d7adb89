"""LabelMe: a JSON file an image (the desktop program), read also as XML (the web tool of MIT).

Shapes of one `group_id` and label are parts of one object. A rectangle is a box, a circle a polygon of 64
corners, a mask its pixels. Points and lines cover no area and are left out. In XML, objects marked deleted
are left out, and masks are read from the folder `Masks`.
"""

from __future__ import annotations

import base64
import binascii
import math
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import orjson

from annotations.formats import json_stream
from annotations.formats.extras import (
    KEY,
    extras_of,
    frame_extras,
    frame_from,
    geometry_from,
    hidden_from,
    restore,
)
from annotations.formats.labelme_xml import is_mask, read_xml
from annotations.formats.match import without
from annotations.formats.pixels import read_png, write_png
from annotations.formats.records import Dataset, Export, ExportImage, Known, Record, Shape
from annotations.formats.writing import mask_of_shape, write_bytes, write_images
from annotations.geometry import bbox_of, mask_to_rle
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

VERSION = "5.5.0"
# With the image inside, as base64.
MAX_FILE = 256 << 20
CORNERS = 64


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Find the annotation files. Raises Unusable where there is none."""
    names = source.ending_in(".json", ".xml") if source.is_archive else source.names
    if not names:
        raise Unusable("There is no JSON (or XML) file in the ZIP: LabelMe has one for every image.")
    if not source.is_archive:
        _parse(source, names[0])
    images = [name for name in source.images() if not is_mask(name)] if source.is_archive else []
    images = without(images, _frames(source, names, known))
    return Dataset([], images, len(names), partial(_records, source, names, notes))


def _frames(source: Source, names: list[str], known: Known) -> set[str]:
    """The images that are frames of videos which the project has, by what their JSON files say."""
    frames = set()
    stems = tuple(f"{PurePosixPath(video).stem}_" for video in known.videos)
    for name in names if stems else ():
        if not PurePosixPath(name).name.startswith(stems):
            continue
        try:
            record = _parse(source, name)
        except TesseraError:
            # Named when its turn comes.
            continue
        if record.video in known.videos:
            frames.add(str(PurePosixPath(name).with_name(PurePosixPath(record.image).name)))
    return frames


def _records(source: Source, names: list[str], notes: Notes) -> Iterator[Record]:
    for name in names:
        try:
            record = _parse(source, name, notes)
        except TesseraError as error:
            notes.add(name, error.detail)
            continue
        yield record


def _parse(source: Source, name: str, notes: Notes | None = None) -> Record:
    """One annotation file; raises Unusable for anything else."""
    text = source.read(name, MAX_FILE)
    notes = notes or Notes()
    if text.lstrip()[:1] == b"<":
        return read_xml(source, name, text, notes)
    document = json_stream.parse(text.removeprefix(b"\xef\xbb\xbf"), name)
    if not isinstance(document, dict) or not isinstance(document.get("shapes"), list):
        raise Unusable(f"{name} is no LabelMe file: it has no list `shapes`.")
    wanted = document.get("imagePath")
    size = [document.get(side) for side in ("imageWidth", "imageHeight")]
    width, height = (int(side) if isinstance(side, (int, float)) and side > 0 else None for side in size)
    named = isinstance(wanted, str) and bool(wanted)
    # Without a path the image is the file of the same name.
    image = str(wanted) if named else PurePosixPath(name).stem
    record = Record(_inside(image), [], width, height, name, by_stem=not named)
    groups: dict[tuple[str, Any], Shape] = {}
    for number, row in enumerate(document["shapes"], 1):
        item = f"shape {number} in {PurePosixPath(name).name}"
        shape = _shape(row, item, record)
        if isinstance(shape, str):
            notes.add(item, shape)
            continue
        group = row.get("group_id")
        key = (shape.label, group)
        if group is not None and key in groups and "polygons" in shape.geometry:
            groups[key].geometry["polygons"] += shape.geometry["polygons"]
            continue
        if group is not None and "polygons" in shape.geometry:
            groups[key] = shape
        record.shapes.append(shape)
    record.video, record.frame = frame_from(document)
    if record.video is not None:
        record.shapes += hidden_from(document)
    return record


def _inside(path: str) -> str:
    """A path as LabelMe writes it: relative to the annotation file, in the system's own form."""
    parts = [part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in ("..", "/", ".")]
    return "/".join(parts) or path


def _shape(row: Any, item: str, record: Record) -> Shape | str:
    """The shape, or why there is none."""
    if not isinstance(row, dict) or not isinstance(row.get("label"), str) or not row["label"].strip():
        return "has no label"
    geometry = geometry_from(row) or _geometry(row, record)
    if isinstance(geometry, str):
        return geometry
    flags = row.get("flags")
    on = {name: True for name, is_on in flags.items() if is_on is True} if isinstance(flags, dict) else {}
    return restore(Shape(row["label"].strip(), geometry, item, attributes=on), row)


def _geometry(row: dict[str, Any], record: Record) -> dict[str, Any] | str:
    kind, points = row.get("shape_type") or "polygon", row.get("points")
    if not isinstance(points, list) or not all(_is_point(point) for point in points):
        return "its points are no list of [x, y]"
    if kind == "polygon":
        return {"polygons": [{"exterior": points, "holes": []}]}
    if kind not in ("rectangle", "circle", "mask"):
        return f"a {kind} covers no area"
    if len(points) != 2:
        return f"a {kind} has two points"
    (x0, y0), (x1, y1) = points
    if kind == "circle":
        radius = math.hypot(x1 - x0, y1 - y0)
        turns = [2 * math.pi * step / CORNERS for step in range(CORNERS)]
        ring = [[x0 + radius * math.cos(turn), y0 + radius * math.sin(turn)] for turn in turns]
        return {"polygons": [{"exterior": ring, "holes": []}]}
    if kind == "mask":
        return _mask(row.get("mask"), points, record)
    return {"bbox": [min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)]}


def _is_point(point: Any) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(isinstance(c, (int, float)) for c in point)


def _mask(encoded: Any, points: list[list[float]], record: Record) -> dict[str, Any] | str:
    """A PNG in base64, set into the image at the first of its points."""
    if not record.width or not record.height:
        return "a mask needs imageWidth and imageHeight"
    try:
        pixels = read_png(base64.b64decode(encoded, validate=True)).is_set()
        left, top = (math.floor(value) for value in points[0])
    except (TypeError, ValueError, OverflowError, binascii.Error):
        return "its mask is no PNG in base64"
    height, width = pixels.shape
    if left < 0 or top < 0 or left + width > record.width or top + height > record.height:
        return "its mask reaches out of the image"
    whole = np.zeros((record.height, record.width), np.uint8)
    whole[top : top + height, left : left + width] = pixels
    return {"mask": mask_to_rle(whole)}


def write(archive: zipfile.ZipFile, export: Export, as_masks: bool = False) -> None:
    """Write the images, and a JSON beside each. `as_masks` writes polygons by their pixels, too."""
    taken: set[str] = set()
    for image in export.images():
        path = PurePosixPath(image.name)
        beside = str(path.with_suffix(".json"))
        # Two images may differ in their endings only.
        name = beside if beside not in taken else f"{image.name}.json"
        taken.add(name)
        numbered = enumerate(image.shapes, 1)
        rows = [row for number, shape in numbered for row in _rows(shape, number, image, as_masks)]
        document: dict[str, Any] = {
            "version": VERSION,
            "flags": {},
            "shapes": rows,
            "imagePath": path.name,
            "imageData": None,
            "imageHeight": image.height,
            "imageWidth": image.width,
        }
        if image.video is not None:
            document[KEY] = frame_extras(image)
        write_bytes(archive, f"images/{name}", orjson.dumps(document))
    write_images(archive, export)


def _rows(shape: Shape, number: int, image: ExportImage, as_masks: bool) -> list[dict[str, Any]]:
    """One row, or one for every part of a polygon, held together by a group."""
    row: dict[str, Any] = {"label": shape.label, "group_id": None, "description": "", "flags": {}}
    polygons = shape.geometry.get("polygons")
    if polygons and not as_masks and not any(part["holes"] for part in polygons):
        group = number if len(polygons) > 1 else None
        rows = [
            {**row, "shape_type": "polygon", "points": part["exterior"], "group_id": group}
            for part in polygons
        ]
        rows[0].update(extras_of(shape, meta=True))
        return rows
    if "bbox" in shape.geometry:
        x, y, width, height = shape.geometry["bbox"]
        row.update(shape_type="rectangle", points=[[x, y], [x + width, y + height]])
    elif not (mask := mask_of_shape(shape, image)).any():
        # Too thin for a pixel: there is nothing to make a PNG of.
        row.update(shape_type="polygon", points=(polygons or [{"exterior": []}])[0]["exterior"])
    else:
        x, y, width, height = bbox_of(mask)
        cut = mask[y : y + height, x : x + width]
        row.update(shape_type="mask", points=[[x, y], [x + width - 1, y + height - 1]])
        row["mask"] = base64.b64encode(write_png(cut)).decode("ascii")
    return [{**row, **extras_of(shape, exact="mask" not in shape.geometry, meta=True)}]
