"""Annotation formats: a file each, registered by name, reading into and writing from the same records."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from annotations.formats import coco
from annotations.formats.records import Dataset, Export, Known, Notes
from annotations.formats.source import Source

Reader = Callable[[Source, Known, Notes], Dataset]
Writer = Callable[[zipfile.ZipFile, Export], None]


@dataclass(frozen=True)
class Format:
    """A format's name, what it can, and what an export in it keeps and loses."""

    name: str
    title: str
    extensions: tuple[str, ...]
    read: Reader | None
    write: Writer | None
    # Whether an export, imported into an empty project, gives back every shape exactly.
    lossless: bool
    keeps: str
    loses: str


_ALL = (
    Format(
        name="coco",
        title="COCO",
        extensions=(".json", ".zip"),
        read=coco.read,
        write=coco.write,
        lossless=True,
        keeps="Polygons with holes and parts, masks, boxes, painting order, tracks, scores, attributes, "
        "crowds; classes with their order and colours.",
        loses="Who drew what and when, review states, tags.",
    ),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}
