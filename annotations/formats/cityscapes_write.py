"""Writing Cityscapes."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import orjson

from annotations.formats.cityscapes import NAMES_FILE
from annotations.formats.cityscapes_labels import (
    LABELS_FILE,
    MAX_THING,
    PER_CLASS,
    UNLABELED,
    VOID,
    Label,
    as_row,
    labels_of,
)
from annotations.formats.extras import extras_of
from annotations.formats.keyhole import one_ring
from annotations.formats.pixels import write_png
from annotations.formats.records import Export, ExportImage, Shape
from annotations.formats.visible import is_crowd, visible
from annotations.formats.writing import json_member, mask_of_shape, write_bytes, write_images
from annotations.geometry import bbox_to_polygons, mask_to_polygons

_OFFICIAL_NAME = re.compile(r"([^_/]+_[^_/]+_[^_/]+)_leftImg8bit\.\w+")
# Folder of images without a split.
_NO_SPLIT = "unsplit"
_NO_CITY = "city"
# Rings of one object that are joined for other tools; the exact shape and the PNGs have all of them.
MAX_RINGS = 200


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write the images below `leftImg8bit/`, a JSON and the PNGs of each below `gtFine/`, and the labels."""
    labels = labels_of(export.classes)
    rows = [as_row(labels[each.name]) for each in export.classes]
    write_bytes(archive, LABELS_FILE, orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    stems = Counter(_stem(name) for name in export.names())
    with tempfile.SpooledTemporaryFile(4 << 20) as names:
        for image in export.images():
            base = _base(image.name, stems)
            if PurePosixPath(image.name).name != _picture(image.name, base):
                line = orjson.dumps({base: image.name})[1:-1]
                names.write((b",\n" if names.tell() else b"") + line)
            _write_image(archive, image, base, labels)
        with json_member(archive, NAMES_FILE) as out:
            out.write(b"{")
            names.seek(0)
            shutil.copyfileobj(names, out)
            out.write(b"}\n")
    write_images(archive, export, path_of=lambda image: _path_of(image, _base(image.name, stems)))


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _base(name: str, stems: Counter[str]) -> str:
    """`<city>_<sequence>_<frame>`, as tools take names of Cityscapes apart.

    The city is the folder, the sequence the name; what is changed or not alone gets a check sum as its frame.
    """
    if (match := _OFFICIAL_NAME.fullmatch(name)) and stems[_stem(name)] == 1:
        return match[1]
    path = PurePosixPath(name)
    city, sequence = (
        re.sub(r"[^0-9A-Za-z]+", "-", part) for part in (path.parent.name or _NO_CITY, path.stem)
    )
    plain = len(path.parts) == 1 and sequence == path.stem and stems[_stem(name)] == 1
    return f"{city}_{sequence}_{0 if plain else zlib.crc32(name.encode()):06d}"


def _picture(name: str, base: str) -> str:
    return f"{base}_leftImg8bit{PurePosixPath(name).suffix}"


def _folder(image: ExportImage, base: str) -> str:
    return f"{image.split or _NO_SPLIT}/{base.split('_', 1)[0]}"


def _path_of(image: ExportImage, base: str) -> str:
    return f"leftImg8bit/{_folder(image, base)}/{_picture(image.name, base)}"


def _write_image(archive: zipfile.ZipFile, image: ExportImage, base: str, labels: dict[str, Label]) -> None:
    objects = [_object(shape, image, labels) for shape in image.shapes]
    document = {"imgHeight": image.height, "imgWidth": image.width, "objects": objects}
    start = f"gtFine/{_folder(image, base)}/{base}_gtFine_"
    write_bytes(archive, f"{start}polygons.json", orjson.dumps(document))
    for what, values in _pixels(image, labels).items():
        write_bytes(archive, f"{start}{what}.png", write_png(values), packed=False)


def _object(shape: Shape, image: ExportImage, labels: dict[str, Label]) -> dict[str, Any]:
    """A shape as one ring; what a ring cannot hold goes beside it."""
    polygons = shape.geometry.get("polygons")
    exact = not polygons or len(polygons) > 1 or bool(polygons[0]["holes"])
    if "bbox" in shape.geometry:
        polygons = bbox_to_polygons(shape.geometry["bbox"])
    elif polygons is None:
        polygons = mask_to_polygons(mask_of_shape(shape, image))
    group = f"{shape.label}group"
    is_group = is_crowd(shape) and labels[shape.label].is_thing and group not in labels
    row = {"label": group if is_group else shape.label, "polygon": one_ring(_few(polygons))}
    return {**row, **extras_of(shape, exact=exact, meta=True)}


def _few(polygons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if sum(1 + len(part["holes"]) for part in polygons) <= MAX_RINGS:
        return polygons
    largest = sorted(polygons, key=lambda part: -len(part["exterior"]))[:MAX_RINGS]
    return [{"exterior": part["exterior"], "holes": []} for part in largest]


def _pixels(image: ExportImage, labels: dict[str, Label]) -> dict[str, np.ndarray[Any, Any]]:
    """The PNGs: ids and training ids [h, w] of the labels, values of the objects, colours [h, w, 4]."""
    stuff = {name for name, label in labels.items() if not label.is_thing}
    canvas, objects = visible(image, image.shapes, stuff)
    count = int(canvas.max()) + 1
    ids, values = np.full(count, UNLABELED, np.uint8), np.full(count, UNLABELED, np.uint16)
    train_ids, colors = np.full(count, VOID, np.uint8), np.zeros((count, 4), np.uint8)
    colors[:, 3] = 255
    numbers: Counter[str] = Counter()
    for each in objects:
        label = labels[each.shape.label]
        ids[each.number] = values[each.number] = label.id % 256
        train_ids[each.number] = label.train_id % 256
        colors[each.number, :3] = [int(label.color[at : at + 2], 16) for at in (1, 3, 5)]
        has_room = label.id <= MAX_THING and numbers[label.name] < PER_CLASS
        if label.is_thing and not is_crowd(each.shape) and has_room:
            values[each.number] = label.id * PER_CLASS + numbers[label.name]
            numbers[label.name] += 1
    tables: dict[str, np.ndarray[Any, Any]] = {
        "labelIds": ids,
        "instanceIds": values,
        "labelTrainIds": train_ids,
        "color": colors,
    }
    return {what: table[canvas] for what, table in tables.items()}
