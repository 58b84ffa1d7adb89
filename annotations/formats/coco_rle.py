"""COCO instances with the pixels of every shape as run-length code, compressed or (read only) not.

Polygons and boxes go along under the key `tessera`, so that nothing is lost. Read are also the files of
Segment Anything: a JSON an image, with masks of no class, which all become `object`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from annotations.formats import coco, json_stream
from annotations.formats.coco_document import side_of
from annotations.formats.records import Category, Dataset, Export, Known, Record, Shape
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

# The class of masks that have none.
UNNAMED = "object"
MAX_FILE = 64 << 20
# Where `"image"` stands in files of Segment Anything.
_HEAD = 4096


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Look through the JSON files. Raises Unusable where none of them is COCO or of Segment Anything."""
    names = source.ending_in(".json") if source.is_archive else source.names
    single = [name for name in names if _is_of_one_image(source, name)]
    if not single:
        return coco.read(source, known, notes)
    own = [Category(UNNAMED, on_demand=True)]
    images = source.images() if source.is_archive else []
    dataset = Dataset(own, images, len(single), lambda: _records(source, single, notes))
    if len(single) == len(names):
        return dataset
    others = coco.read(source, known, notes, [name for name in names if name not in set(single)])
    return replace(
        others,
        categories=others.categories + own,
        total=others.total + dataset.total,
        records=lambda: chain(others.records(), dataset.records()),
    )


def _is_of_one_image(source: Source, name: str) -> bool:
    """Whether a file begins as those of Segment Anything do: `{"image": {…}, "annotations": […]}`."""
    head = source.head(name, _HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[:1] == b"{" and head[1:].lstrip().startswith(b'"image"')


def _records(source: Source, names: list[str], notes: Notes) -> Iterator[Record]:
    for name in names:
        try:
            yield _record(source, name)
        except TesseraError as error:
            notes.add(name, error.detail)


def _record(source: Source, name: str) -> Record:
    document = json_stream.parse(source.read(name, MAX_FILE).removeprefix(b"\xef\xbb\xbf"), name)
    image, rows = document.get("image"), document.get("annotations")
    if not isinstance(image, dict) or not isinstance(rows, list):
        raise Unusable(f"{name} has no `image` with `annotations`: it is no file of Segment Anything.")
    wanted = image.get("file_name")
    if not isinstance(wanted, str) or not wanted:
        raise Unusable(f"{name}: its image has no file_name.")
    width, height = (side_of(image.get(side)) for side in ("width", "height"))
    shapes = [
        Shape(UNNAMED, {"mask": row.get("segmentation")}, f"annotation {row.get('id')}", score=_score(row))
        for row in rows
        if isinstance(row, dict)
    ]
    return Record(wanted, shapes, width, height, name, painted=False)


def _score(row: dict[str, Any]) -> float | None:
    value = row.get("predicted_iou")
    return float(value) if isinstance(value, (int, float)) else None


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write `annotations/instances.json`, and the images below `images/`."""
    coco.write(archive, export, as_runs=True)
