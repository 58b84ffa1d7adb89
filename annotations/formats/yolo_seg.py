"""YOLO segmentation as Ultralytics lays it out: `data.yaml`, and `labels/…/x.txt` beside `images/…/x.jpg`.

A line is a class number and the corners of a polygon in shares of the image; four numbers are a box by its
centre, one number more than corners is a score. Names come from `data.yaml`, `obj.names` or `classes.txt`;
without one the project's classes in their order count.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from math import isfinite
from pathlib import PurePosixPath

from annotations.formats.keyhole import one_ring
from annotations.formats.match import base_name
from annotations.formats.records import (
    Category,
    Dataset,
    Export,
    ExportImage,
    Known,
    KnownClass,
    Record,
    Shape,
)
from annotations.formats.writing import mask_of_shape, write_bytes, write_images
from annotations.formats.yolo_names import class_names, data_yaml, listed_splits
from annotations.geometry import bbox_to_polygons, mask_to_polygons
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

MAX_FILE = 64 << 20
# A share may be a little outside; pixels are far beyond it.
MOST = 1.5
_NO_LABELS = ("readme", "license", "classes", "requirements", "notes", "train", "val", "valid", "test")


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Find names and label files. Raises Unusable where there is no label file."""
    files = [name for name in source.ending_in(".txt") if _may_hold_labels(name)]
    if not source.is_archive:
        files = source.names
    names = class_names(source, known, notes)
    files = [name for name in files if source.size(name) and _is_labels(source, name)]
    if not files:
        raise Unusable(
            "There is no label file: YOLO has a text file for every image, each line a class number and the "
            "corners of a polygon in shares of the image."
        )
    images = source.images() if source.is_archive else []
    return Dataset(
        categories=[Category(name) for name in names],
        images=images,
        total=len(files),
        records=partial(_records, source, files, names, notes),
        splits=listed_splits(source, images),
    )


def _may_hold_labels(name: str) -> bool:
    path = PurePosixPath(name)
    in_folder = any(part.lower() in ("labels", "annotations") for part in path.parts[:-1])
    return in_folder or path.stem.lower() not in _NO_LABELS


def _is_labels(source: Source, name: str) -> bool:
    """Whether the first line begins with a number: lists of paths and notes to people do not."""
    try:
        with source.open(name) as file:
            words = file.read(4096).split()
    except TesseraError:
        return False
    return bool(words) and words[0].removeprefix(b"\xef\xbb\xbf").isdigit()


def _records(source: Source, files: list[str], names: list[str], notes: Notes) -> Iterator[Record]:
    for name in files:
        try:
            text = source.read(name, MAX_FILE).decode("utf-8-sig")
        except TesseraError as error:
            notes.add(name, error.detail)
            continue
        except UnicodeDecodeError:
            notes.add(name, "is not text in UTF-8: it was left out")
            continue
        image = str(PurePosixPath(name).with_suffix(""))
        record = Record(image, [], origin=name, by_stem=True, relative=True)
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            item = f"line {number} of {base_name(name)}"
            shape = _shape(line.split(), item, names)
            if isinstance(shape, str):
                notes.add(item, shape)
            else:
                record.shapes.append(shape)
        yield record


def _shape(words: list[str], item: str, names: list[str]) -> Shape | str:
    """The shape of a line, or what is wrong with it."""
    try:
        label, *numbers = float(words[0]), *map(float, words[1:])
    except ValueError:
        return "has something that is no number"
    if not label.is_integer() or label < 0:
        return f"{words[0]} is no number of a class"
    if label >= len(names):
        return f"there is no class {int(label)}: the names end with {len(names) - 1}"
    if not all(map(isfinite, numbers)):
        return "has a coordinate that is no finite number"
    score = numbers.pop() if len(numbers) % 2 else None
    if len(numbers) < 4:
        return "a line is a class number and a box (4 numbers) or at least three corners (6 numbers)"
    if any(abs(value) > MOST for value in numbers):
        return "its coordinates are not shares of the image's sides, 0 to 1"
    shape = Shape(names[int(label)], {}, item, score=score)
    if len(numbers) == 4:
        x, y, width, height = numbers
        shape.geometry = {"bbox": [x - width / 2, y - height / 2, width, height]}
    else:
        ring = [list(point) for point in zip(numbers[::2], numbers[1::2], strict=True)]
        shape.geometry = {"polygons": [{"exterior": ring, "holes": []}]}
    return shape


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write `data.yaml`, `labels/<split>/` and `images/<split>/`; images of no split are for training."""
    learnt = [each for each in export.classes if not each.ignore]
    numbers = {each.name: number for number, each in enumerate(learnt)}
    stems = Counter(_stem(name) for name in export.names())
    splits: set[str] = set()
    for image in export.images():
        splits.add(_split(image))
        label = PurePosixPath(_path(image, stems)).with_suffix(".txt")
        write_bytes(archive, f"labels/{label}", _label_file(image, numbers))
    write_bytes(archive, "data.yaml", data_yaml(export.title, _names(learnt), splits))
    write_images(archive, export, path_of=lambda image: f"images/{_path(image, stems)}")


def _names(classes: list[KnownClass]) -> list[str]:
    return [each.name for each in classes]


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix("")).lower()


def _split(image: ExportImage) -> str:
    return image.split or "train"


def _path(image: ExportImage, stems: Mapping[str, int]) -> str:
    """Where an image lies; of those that differ in their endings only, `a.png` is `a_png.png`."""
    path = PurePosixPath(image.name)
    if stems[_stem(image.name)] > 1:
        path = path.with_name(f"{path.stem}_{path.suffix[1:]}{path.suffix}")
    return f"{_split(image)}/{path}"


def _label_file(image: ExportImage, numbers: Mapping[str, int]) -> bytes:
    lines = []
    for shape in image.shapes:
        number = numbers.get(shape.label)
        if number is None:
            continue
        shares = (
            f"{value:.10g}" for x, y in _ring(shape, image) for value in (x / image.width, y / image.height)
        )
        lines.append(f"{number} {' '.join(shares)}\n")
    return "".join(lines).encode()


def _ring(shape: Shape, image: ExportImage) -> list[list[float]]:
    """The shape as one ring: its parts and holes are joined by cuts that have no width."""
    if "bbox" in shape.geometry:
        polygons = bbox_to_polygons(shape.geometry["bbox"])
    elif "mask" in shape.geometry:
        polygons = mask_to_polygons(mask_of_shape(shape, image))
    else:
        polygons = shape.geometry["polygons"]
    return one_ring(polygons)
