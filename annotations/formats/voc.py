"""Pascal VOC: an XML an image with boxes, and PNGs with the class and with the object of every pixel.

`Annotations/<id>.xml`, `SegmentationClass/<id>.png`, `SegmentationObject/<id>.png`, `JPEGImages/<id>.jpg` and
lists `ImageSets/*/{train,val,test}.txt`; or the XML beside the image. `labelmap.txt` says what values and
colours mean, where there is none they are VOC's twenty classes. 255 is void.

Each number in `SegmentationObject` is an object, and object n of the XML, if of the same class, gives it its
attributes; what is in the XML alone is a box. Boxes count pixels from 1 and include their last: xmin 1 and
xmax w are the whole width.
Source: the development kit of VOC2012, http://host.robots.ox.ac.uk/pascal/VOC/voc2012.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from annotations.agreement.rasters import rles_of
from annotations.formats.colour_map import BACKGROUND, VOID, Labels, labels_in, lists_in
from annotations.formats.mask_png import indexed, void_of
from annotations.formats.pixels import packed, places_in, read_png
from annotations.formats.records import Category, Dataset, Known, Record, Shape
from annotations.formats.voc_names import CLASSES, VOID_COLOR, palette
from annotations.formats.voc_xml import Annotation, read_xml
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

MAX_FILE = 256 << 20
_XML, _CLASS, _OBJECT, _IMAGE = "annotations", "segmentationclass", "segmentationobject", "jpegimages"
_SETS = ("train", "val", "test")


@dataclass
class _Files:
    """The members that belong to one id."""

    xml: str | None = None
    classes: str | None = None
    objects: str | None = None


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Find what belongs together. Raises Unusable where there is neither an XML nor a PNG of classes."""
    files: dict[str, _Files] = {}
    names = source.names if not source.is_archive else source.ending_in(".xml")
    for name in names:
        files.setdefault(_id(name, _XML), _Files()).xml = name
    for name in source.ending_in(".png") if source.is_archive else ():
        if _CLASS in _folders(name):
            files.setdefault(_id(name, _CLASS), _Files()).classes = name
        elif _OBJECT in _folders(name):
            files.setdefault(_id(name, _OBJECT), _Files()).objects = name
    files = {key: each for key, each in files.items() if each.xml or each.classes}
    if not files:
        raise Unusable("There is neither `Annotations/*.xml` nor `SegmentationClass/*.png`, as VOC has them.")
    if not source.is_archive:
        read_xml(source, names[0], Notes())
    members = source.images() if source.is_archive else []
    images = [name for name in members if not _folders(name) & {_CLASS, _OBJECT}]
    labels = _labels(source, known)
    void = void_of(labels, known)
    records = partial(_records, source, files, labels, void, notes)
    return Dataset(labels.categories, images, len(files), records, splits=_splits(source, images, notes))


def _folders(name: str) -> set[str]:
    return {part.lower() for part in PurePosixPath(name).parts[:-1]}


def _id(name: str, folder: str) -> str:
    """A member's path without its ending and without the folder that says what kind of file it is."""
    path = PurePosixPath(name)
    parts = [part for part in path.parts[:-1] if part.lower() != folder]
    return "/".join([*parts, path.stem])


def _labels(source: Source, known: Known) -> Labels:
    """What the archive's list says, or VOC's own classes. The colour of void makes an ignored class."""
    if not lists_in(source):
        colors = palette()
        labels = Labels()
        labels.by_index = dict(enumerate((BACKGROUND, *CLASSES)))
        labels.by_color = {int(packed(colors[index])): name for index, name in labels.by_index.items()}
        labels.categories = [
            Category(name, "#{:02x}{:02x}{:02x}".format(*colors[index]), on_demand=True)
            for index, name in enumerate(CLASSES, 1)
        ]
    else:
        labels = labels_in(source, known)
        void = "#{:02x}{:02x}{:02x}".format(*VOID_COLOR)
        labels.categories = [
            replace(each, ignore=True) if each.color == void else each for each in labels.categories
        ]
    labels.by_color.setdefault(int(packed(np.array(VOID_COLOR))), "")
    return labels


def _splits(source: Source, images: list[str], notes: Notes) -> dict[str, str]:
    """The splits of the images by the lists in `ImageSets`, those for segmentation before others."""
    by_id: dict[str, str] = {}
    for name in images:
        by_id[_id(name, _IMAGE)] = name
    for name in images:
        # Of images that differ in their endings only, the ids keep these.
        path = PurePosixPath(name)
        by_id["/".join([*(part for part in path.parts[:-1] if part.lower() != _IMAGE), path.name])] = name
    lists = [
        name
        for name in (source.ending_in(".txt") if source.is_archive else ())
        if "imagesets" in _folders(name) and PurePosixPath(name).stem in _SETS
    ]
    splits: dict[str, str] = {}
    for name in sorted(lists, key=lambda name: "segmentation" not in _folders(name)):
        parts = PurePosixPath(name).parts
        root = parts[: [part.lower() for part in parts].index("imagesets")]
        try:
            lines = source.read(name, MAX_FILE).decode("utf-8-sig").splitlines()
        except (TesseraError, UnicodeDecodeError):
            notes.add(name, "is no list of images in UTF-8: it was left out")
            continue
        for line in lines:
            for wanted in (line.strip(), line.split()[0] if line.split() else ""):
                member = by_id.get("/".join([*root, wanted]))
                if member:
                    splits.setdefault(member, PurePosixPath(name).stem)
    return splits


def _records(
    source: Source, files: dict[str, _Files], labels: Labels, void: str, notes: Notes
) -> Iterator[Record]:
    unknown: dict[str, int] = {}
    for key, each in files.items():
        record = Record(key, [], by_stem=True, origin=each.xml or each.classes or "")
        given: list[Annotation] = []
        if each.xml:
            try:
                given, (record.width, record.height) = read_xml(source, each.xml, notes)
            except TesseraError as error:
                notes.add(each.xml, error.detail)
                if not each.classes:
                    continue
        taken: set[int] = set()
        if each.classes:
            try:
                record.shapes = _masks(source, each, labels, void, given, taken, unknown, record)
            except (ValueError, TesseraError) as error:
                notes.add(each.classes, str(error))
        for number, row in enumerate(given, 1):
            if number in taken or not row.name:
                continue
            if row.box is None:
                notes.add(row.item, "has no bndbox with xmin, ymin, xmax and ymax")
                continue
            record.shapes.append(Shape(row.name, {"bbox": row.box}, row.item, attributes=row.attributes))
        yield record
    for value, count in unknown.items():
        notes.add(f"value {value}", f"is no class of the list: left out in {count} masks")


def _masks(
    source: Source,
    files: _Files,
    labels: Labels,
    void: str,
    given: list[Annotation],
    taken: set[int],
    unknown: dict[str, int],
    record: Record,
) -> list[Shape]:
    """A mask for each object and class of its pixels; raises ValueError for PNGs that are none or differ."""
    pixels = read_png(source.read(files.classes or "", MAX_FILE))
    values, meaning = indexed(pixels, labels)
    record.height, record.width = values.shape[:2]
    meaning = {value: name for value, name in meaning.items() if name != BACKGROUND}
    meaning = {value: name or void for value, name in meaning.items()}
    if values.dtype == np.uint8:
        meaning.setdefault(VOID, void)
    codes = sorted(meaning)
    if len(codes) > VOID:
        raise ValueError(f"more than {VOID} classes have no place in a mask")
    places = places_in(codes, values)
    for value in np.unique(values[places == 0]).tolist():
        if value:
            key = f"#{value:06x}" if values.dtype == np.uint32 else str(value)
            unknown[key] = unknown.get(key, 0) + 1
    objects = _objects(source, files.objects, values.shape[:2]) if files.objects else np.zeros_like(places)
    shapes = []
    for pair, rle in rles_of(_pairs(places, objects)).items():
        number, place = divmod(pair, 256)
        label = meaning[codes[place - 1]]
        if label == BACKGROUND:
            continue
        shape = Shape(label, {"mask": rle}, f"object {number} in {files.classes}")
        row = given[number - 1] if 0 < number <= len(given) else None
        if row and row.name == label:
            shape.attributes = row.attributes
            taken.add(number)
        shapes.append(shape)
    return shapes


def _pairs(places: npt.NDArray[np.uint16], objects: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Object × 256 + place of the class; 0 where there is no class, whatever the object."""
    pairs = (objects << 8 | places).astype(np.uint16)
    pairs[places == 0] = 0
    return pairs


def _objects(source: Source, name: str, shape: Any) -> npt.NDArray[np.uint16]:
    """Object numbers [h, w], 0 where there is none, from indices or from the colours of VOC's palette."""
    pixels = read_png(source.read(name, MAX_FILE))
    values = pixels.values
    if values.shape[:2] != shape:
        raise ValueError(f"{name} has another size")
    if values.ndim == 3:
        codes = packed(palette())
        order = np.argsort(codes)
        places = places_in(codes[order].tolist(), packed(values))
        values = np.concatenate(([0], order)).astype(np.uint16)[places]
    return np.where(values < VOID, values, 0).astype(np.uint16)
