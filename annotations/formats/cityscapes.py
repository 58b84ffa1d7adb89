"""Cityscapes: polygons in JSON, or PNGs of labels and objects, in the folders of that data set.

`leftImg8bit/<split>/<city>/<base>_leftImg8bit.png` and `gtFine/<split>/<city>/<base>_gtFine_` with
`polygons.json`, `instanceIds.png`, `labelIds.png`, `labelTrainIds.png`. The polygons are read where they are
there, in their order of painting; else the first of these PNGs, each object of which becomes a mask. Values
of objects are id × 1000 + n; a value without a number, of a label with objects, is a crowd, as is `cargroup`
among the polygons. Ids are those of `labels.json`, or Cityscapes' own; 0 is not labelled.
Source: https://github.com/mcordts/cityscapesScripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from annotations.agreement.rasters import rles_of
from annotations.formats import json_stream
from annotations.formats.cityscapes_labels import (
    LABELS_FILE,
    OFFICIAL,
    PER_CLASS,
    UNLABELED,
    Label,
    categories,
    from_row,
)
from annotations.formats.coco_document import side_of
from annotations.formats.extras import geometry_from, restore
from annotations.formats.match import SPLITS
from annotations.formats.pixels import places_in, read_png
from annotations.formats.records import Dataset, Known, Record, Shape
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

NAMES_FILE = "names.json"
MAX_JSON = 64 << 20
MAX_FILE = 256 << 20


_TRUTH = re.compile(r"(?P<base>.+)_(?P<kind>gt[A-Za-z]+)_(?P<what>[A-Za-z]+)\.(?:json|png)")
_PICTURE = re.compile(r"(?P<base>.+)_leftImg8bit")
# In the order in which they are preferred.
_FROM_PNG = ("instanceIds", "labelIds", "labelTrainIds")


@dataclass
class _Files:
    """What there is for one image: members by what they hold, of `gtFine` before others."""

    base: str
    kind: str
    members: dict[str, str] = field(default_factory=dict)


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Find what belongs together. Raises Unusable where there are no files of such names."""
    files = _files(source)
    if not files:
        raise Unusable(
            "No file is called as in Cityscapes: `…_gtFine_polygons.json`, `…_gtFine_instanceIds.png` or "
            "`…_gtFine_labelIds.png`."
        )
    if not source.is_archive and "polygons" in files[0].members:
        _parse(source, source.names[0])
    images = [name for name in source.images() if not _is_truth(name)] if source.is_archive else []
    pictures = {_base_of(name): name for name in images}
    labels = _labels(source)
    old = _old_names(source)
    return Dataset(
        categories=categories(labels or OFFICIAL, on_demand=not labels),
        images=images,
        total=len(files),
        records=partial(_records, source, files, labels or list(OFFICIAL), pictures, old, notes),
        names={name: old[base] for base, name in pictures.items() if base in old},
        splits={name: split for name in images if (split := _split_of(name))},
    )


def _is_truth(name: str) -> bool:
    return _TRUTH.fullmatch(PurePosixPath(name).name) is not None


def _base_of(picture: str) -> str:
    stem = PurePosixPath(picture).stem
    match = _PICTURE.fullmatch(stem)
    return match["base"] if match else stem


def _split_of(name: str) -> str | None:
    return next((SPLITS[part] for part in PurePosixPath(name.lower()).parts[:-1] if part in SPLITS), None)


def _files(source: Source) -> list[_Files]:
    found: dict[str, _Files] = {}
    for name in source.names:
        match = _TRUTH.fullmatch(PurePosixPath(name).name)
        if match is None or match["what"] not in ("polygons", *_FROM_PNG):
            continue
        base, kind = match["base"], match["kind"]
        known = found.get(base)
        if known is None or (kind == "gtFine" and known.kind != kind):
            known = found[base] = _Files(base, kind)
        if known.kind == kind:
            known.members[match["what"]] = name
    return list(found.values())


def _labels(source: Source) -> list[Label]:
    """What `labels.json` says; nothing where there is none. Raises Unusable for a broken one."""
    rows = _document(source, LABELS_FILE)
    if rows is None:
        return []
    labels = [from_row(row) for row in rows] if isinstance(rows, list) else []
    good = [label for label in labels if label]
    if not good or len(good) < len(labels):
        raise Unusable(f'{LABELS_FILE} is no list of labels: write [{{"name": "car", "id": 26, …}}, …].')
    return good


def _old_names(source: Source) -> dict[str, str]:
    """What images were called before they got names as in Cityscapes."""
    names = _document(source, NAMES_FILE)
    rows = names.items() if isinstance(names, dict) else ()
    return {key: value for key, value in rows if isinstance(value, str) and value}


def _document(source: Source, name: str) -> Any:
    if not source.is_archive:
        return None
    member = next((each for each in source.names if PurePosixPath(each).name == name), None)
    return json_stream.parse(source.read(member, MAX_FILE), member) if member else None


def _records(
    source: Source,
    files: list[_Files],
    labels: list[Label],
    pictures: Mapping[str, str],
    old: Mapping[str, str],
    notes: Notes,
) -> Iterator[Record]:
    by_name = {label.name: label for label in labels}
    unknown: dict[str, int] = {}
    for each in files:
        name = pictures.get(each.base) or old.get(each.base)
        record = Record(name or f"{each.base}_leftImg8bit", [], by_stem=name is None)
        if _from_polygons(source, each, by_name, record, notes) or _from_png(
            source, each, labels, record, notes, unknown
        ):
            yield record
    for value, count in unknown.items():
        notes.add(f"value {value}", f"is the id of no label: left out in {count} PNGs")


def _from_polygons(
    source: Source, files: _Files, labels: Mapping[str, Label], record: Record, notes: Notes
) -> bool:
    """Add the polygons to the record; False, noted, where there are none that can be read."""
    name = files.members.get("polygons")
    if name is None:
        return False
    try:
        document = _parse(source, name)
    except TesseraError as error:
        notes.add(name, error.detail)
        return False
    record.origin = name
    record.width, record.height = side_of(document.get("imgWidth")), side_of(document.get("imgHeight"))
    for number, row in enumerate(document["objects"], 1):
        item = f"object {number} in {PurePosixPath(name).name}"
        if not isinstance(row, dict) or not isinstance(row.get("label"), str) or not row["label"].strip():
            notes.add(item, "has no label")
        elif not row.get("deleted"):
            record.shapes.append(_shape(row, item, labels))
    return True


def _parse(source: Source, name: str) -> dict[str, Any]:
    document = json_stream.parse(source.read(name, MAX_JSON).removeprefix(b"\xef\xbb\xbf"), name)
    if not isinstance(document, dict) or not isinstance(document.get("objects"), list):
        raise Unusable(f"{name} has no list `objects`: it is no file of Cityscapes.")
    return document


def _shape(row: dict[str, Any], item: str, labels: Mapping[str, Label]) -> Shape:
    label, crowd = row["label"].strip(), {}
    single = label.removesuffix("group")
    if label not in labels and single in labels:
        label, crowd = single, {"iscrowd": 1}
    geometry = geometry_from(row) or {"polygons": [{"exterior": row.get("polygon"), "holes": []}]}
    return restore(Shape(label, geometry, item, attributes=crowd), row)


def _from_png(
    source: Source,
    files: _Files,
    labels: list[Label],
    record: Record,
    notes: Notes,
    unknown: dict[str, int],
) -> bool:
    """Add a mask for each value of the best PNG; False, noted, where none can be read."""
    what = next((each for each in _FROM_PNG if each in files.members), None)
    if what is None:
        return False
    name = files.members[what]
    try:
        values = read_png(source.read(name, MAX_FILE)).values
        if values.ndim != 2:
            raise ValueError("its values are colours: labels are one number a pixel")
        codes = np.unique(values).tolist()
        if len(codes) > np.iinfo(np.uint16).max - 1:
            raise ValueError(f"it has {len(codes)} different values")
    except (ValueError, TesseraError) as error:
        notes.add(name, str(error))
        return False
    record.origin = name
    record.height, record.width = values.shape
    by_id = {(each.train_id if what == "labelTrainIds" else each.id): each for each in reversed(labels)}
    for place, rle in rles_of(places_in(codes, values)).items():
        value = codes[place - 1]
        is_object = what == "instanceIds" and value >= PER_CLASS
        label = by_id.get(value // PER_CLASS if is_object else value)
        if label is None or value == 255 and what == "labelTrainIds":
            if value not in (UNLABELED, 255):
                unknown[str(value)] = unknown.get(str(value), 0) + 1
            continue
        if label.id == UNLABELED:
            continue
        crowd = {"iscrowd": 1} if label.is_thing and what == "instanceIds" and not is_object else {}
        item = f"value {value} in {PurePosixPath(name).name}"
        record.shapes.append(Shape(label.name, {"mask": rle}, item, attributes=crowd))
    return True
