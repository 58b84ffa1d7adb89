"""COCO panoptic: a PNG an image, each colour a segment (its id R + 256 G + 65536 B), and one JSON.

The JSON has `images`, `categories` (with `isthing`) and for every image an annotation with `segments_info`;
the PNGs lie in a folder named after it. Colour 0 is void. Each segment becomes a mask.
Source: https://cocodataset.org/#format-data, section 4; panopticapi.
"""

from __future__ import annotations

import tempfile
import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from annotations.agreement.rasters import rles_of
from annotations.formats.coco import categories_of
from annotations.formats.coco_document import Document, key_of, look_through, merged, records_of
from annotations.formats.match import IMAGE_FOLDERS, NameIndex
from annotations.formats.pixels import places_in, read_png, write_png
from annotations.formats.records import Dataset, Export, ExportImage, Known, Shape
from annotations.formats.visible import Numbers, is_crowd, visible
from annotations.formats.writing import json_member, write_bytes, write_images
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

MEMBER = "annotations/panoptic_default.json"
FOLDER = "annotations/panoptic_default"
MAX_FILE = 256 << 20
MAX_SEGMENTS = 65_534


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Look through the JSON files. Raises Unusable where none of them is panoptic."""
    if not source.is_archive:
        raise Unusable("Panoptic annotations are a JSON and a PNG for every image: send them in one ZIP.")
    pngs = source.ending_in(".png")
    index = NameIndex(name for name in pngs if not _folders(name) & IMAGE_FOLDERS) if pngs else NameIndex([])
    documents: list[Document] = []
    masks: dict[tuple[str, str], str] = {}
    broken: TesseraError | None = None
    for name in source.ending_in(".json"):
        wanted: list[str] = []
        try:
            document = look_through(source, name, notes, partial(_note_mask, wanted))
        except TesseraError as error:
            broken = broken or error
            notes.add(name, error.detail)
            continue
        if "images" not in document.lists or not wanted:
            notes.add(name, "has no annotations with `segments_info`: it is not panoptic and was left out")
            continue
        documents.append(document)
        for each in wanted:
            if member := _member(index, name, each, notes):
                masks[name, each] = member
    if not documents:
        raise broken or Unusable(
            "No JSON file has `images` and annotations with `segments_info`, as COCO panoptic has."
        )
    folders = {str(PurePosixPath(document.name).with_suffix("")) for document in documents}
    used = {*masks.values(), *(name for name in pngs if str(PurePosixPath(name).parent) in folders)}
    return Dataset(
        categories=merged(documents),
        images=[name for name in source.images() if name not in used],
        total=sum(len(document.order) for document in documents),
        records=partial(records_of, source, documents, notes, partial(_segments, source, masks)),
    )


def _folders(name: str) -> set[str]:
    return {part.lower() for part in PurePosixPath(name).parts[:-1]}


def _note_mask(wanted: list[str], row: dict[str, Any]) -> None:
    if isinstance(row.get("segments_info"), list) and isinstance(row.get("file_name"), str):
        wanted.append(row["file_name"])


def _member(index: NameIndex, document: str, wanted: str, notes: Notes) -> str | None:
    """The PNG that a JSON means: in the folder of its name, or where else it is to be found."""
    folder = PurePosixPath(document).with_suffix("").name
    try:
        return index.find(f"{folder}/{wanted}", document) if not index.is_empty else None
    except Unusable as error:
        notes.add(wanted, error.detail)
        return None


def _segments(
    source: Source, masks: dict[tuple[str, str], str], row: dict[str, Any], document: Document, notes: Notes
) -> Iterable[Shape]:
    """The masks of one PNG. Segments without pixels, and pixels without a segment, are noted."""
    name, rows = row.get("file_name"), row.get("segments_info")
    if not isinstance(name, str) or not isinstance(rows, list):
        notes.add(f"annotation of image {row.get('image_id')}", "has no `file_name` or no `segments_info`")
        return
    member = masks.get((document.name, name))
    if member is None:
        notes.add(name, f"the PNG that {document.name} names is not in the ZIP")
        return
    try:
        values = _ids(source, member)
    except (ValueError, TesseraError) as error:
        notes.add(member, str(error))
        return
    listed: dict[int, dict[str, Any]] = {}
    for info in rows:
        number = info.get("id") if isinstance(info, dict) else None
        if type(number) is not int or not 0 < number < 1 << 24:
            notes.add(name, f"a segment's id is a whole number from 1 on, not {number!r}")
        elif listed.setdefault(number, info) is not info:
            notes.add(f"segment {number} of {name}", "is in `segments_info` twice; the first was taken")
    wanted = sorted(listed)
    rles = rles_of(_places(values, wanted, name, notes))
    for number, info in listed.items():
        item = f"segment {number} of {name}"
        label = document.labels.get(key_of(info.get("category_id")))
        rle = rles.get(bisect_left(wanted, number) + 1)
        if rle is None:
            notes.add(item, "has no pixel in the PNG")
        elif label is None:
            notes.add(item, f"category {info.get('category_id')} is not in the list `categories`")
        else:
            crowd = {"iscrowd": 1} if info.get("iscrowd") == 1 else {}
            yield Shape(label, {"mask": rle}, item, attributes=crowd)


def _places(values: npt.NDArray[np.uint32], wanted: list[int], name: str, notes: Notes) -> Numbers:
    """Where in `wanted` each pixel's id stands, from 1 on; 0 where it is void, or not there (then noted)."""
    places = places_in(wanted[:MAX_SEGMENTS], values)
    unknown = values[(places == 0) & (values != 0)]
    if unknown.size:
        others = np.unique(unknown)
        first = ", ".join(str(number) for number in others[:5].tolist())
        what = f"{unknown.size} pixels are of {others.size} segments"
        notes.add(name, f"{what} not in `segments_info`: {first}")
    return places


def _ids(source: Source, member: str) -> npt.NDArray[np.uint32]:
    """Segment ids [h, w] of a PNG in colours; a grey one has them as they are (R, and G and B 0)."""
    pixels = read_png(source.read(member, MAX_FILE))
    if pixels.palette is not None:
        padded = np.zeros((256, 3), np.uint8)
        padded[: len(pixels.palette)] = pixels.palette
        return np.asarray(_packed(padded)[pixels.values], np.uint32)
    return _packed(pixels.values) if pixels.values.ndim == 3 else pixels.values.astype(np.uint32)


def _packed(colors: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    red, green, blue = (colors[..., channel].astype(np.uint32) for channel in range(3))
    return np.asarray(red | green << 8 | blue << 16, np.uint32)


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write `annotations/panoptic_default.json`, its PNGs, and the images below `images/`."""
    stems = Counter(_stem(name) for name in export.names())
    ids = {each.name: number for number, each in enumerate(export.classes, 1)}
    things = [row for row in categories_of(export) if not row.pop("ignore", False)]
    head = {"info": {"description": export.title}, "licenses": [], "categories": things}
    with tempfile.TemporaryFile() as images, tempfile.TemporaryFile() as rows:
        for number, image in enumerate(export.images(), 1):
            row = {"id": number, "file_name": image.name, "width": image.width, "height": image.height}
            images.write((b",\n" if number > 1 else b"") + orjson.dumps(row))
            name = (image.name if stems[_stem(image.name)] > 1 else _stem(image.name)) + ".png"
            png, infos = _painted(image, export, ids)
            write_bytes(archive, f"{FOLDER}/{name}", png, packed=False)
            row = {"image_id": number, "file_name": name, "segments_info": infos}
            rows.write((b",\n" if number > 1 else b"") + orjson.dumps(row))
        with json_member(archive, MEMBER) as out:
            out.write(orjson.dumps(head)[:-1])
            for key, spool in ((b"images", images), (b"annotations", rows)):
                out.write(b',"%b":[\n' % key)
                spool.seek(0)
                while block := spool.read(1 << 20):
                    out.write(block)
                out.write(b"]")
            out.write(b"}\n")
    write_images(archive, export)


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _painted(image: ExportImage, export: Export, ids: dict[str, int]) -> tuple[bytes, list[dict[str, Any]]]:
    """The PNG of an image and its `segments_info`; ids are near the colours of the classes."""
    stuff = {each.name for each in export.classes if each.stuff}
    ignored = {each.name for each in export.classes if each.ignore}
    colors = {each.name: each.color for each in export.classes}
    canvas, objects = visible(image, image.shapes, stuff, ignored)
    taken: set[int] = {0}
    palette = np.zeros(int(canvas.max()) + 1, np.uint32)
    infos = []
    for each in objects:
        red, green, blue = (int(colors[each.shape.label][at : at + 2], 16) for at in (1, 3, 5))
        key = red | green << 8 | blue << 16
        while key in taken:
            # Steps that are to be seen: neighbours of one class look different.
            key = (key + 0x0B0D11) & 0xFFFFFF
        taken.add(key)
        palette[each.number] = key
        infos.append(
            {
                "id": key,
                "category_id": ids[each.shape.label],
                "area": int(each.area),
                "bbox": [int(value) for value in each.box],
                "iscrowd": int(is_crowd(each.shape)),
            }
        )
    return write_png(_colors(palette)[canvas]), infos


def _colors(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    channels = [(codes >> shift & 0xFF).astype(np.uint8) for shift in (0, 8, 16)]
    return np.stack(channels, axis=-1)
