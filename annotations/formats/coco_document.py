"""A COCO JSON of any kind, looked through once: its images, its classes, and where its annotations stand."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

import numpy as np

from annotations.formats import json_stream
from annotations.formats.extras import KEY, frame_from, hidden_from
from annotations.formats.records import Category, Known, Record, Shape
from core.errors import Unusable
from core.notes import Notes
from projects.archives import Source

_LISTS = ("images", "categories", "annotations")


class _Image(NamedTuple):
    name: str
    width: int | None
    height: int | None
    # Written by us: the order of its annotations is that of painting.
    painted: bool
    # Of a frame of a video: what was written of it under our key.
    extras: dict[str, Any] | None = None


@dataclass
class Document:
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


def look_through(
    source: Source, name: str, notes: Notes, seen: Callable[[dict[str, Any]], None] | None = None
) -> Document:
    """Read a file once, showing each annotation to `seen`. Raises Unusable for anything but a JSON object.

    A category of another's name is merged with it, one of another's id is left out, and so is the second
    image of an id; 0 is an id as any other. All that is noted.
    """
    document = Document(name)
    with source.local(name).open("rb") as file:
        for element in json_stream.elements(file, name):
            document.lists.add(element.key)
            if element.key not in _LISTS:
                continue
            row = json_stream.parse(element.text, name)
            if not isinstance(row, dict):
                raise Unusable(f"{name}: `{element.key}` is a list of objects in COCO.")
            if element.key == "annotations":
                number = document.order.setdefault(key_of(row.get("image_id")), len(document.order))
                if seen:
                    seen(row)
                document.owners.append(number)
                document.starts.append(element.start)
                document.lengths.append(len(element.text))
            elif element.key == "images":
                _add_image(document, row, notes)
            else:
                _add_category(document, row, notes)
    return document


def key_of(value: Any) -> Any:
    """An id as something that can be looked up."""
    return value if isinstance(value, (int, str)) else repr(value)


def _add_image(document: Document, row: dict[str, Any], notes: Notes) -> None:
    key, name = key_of(row.get("id")), row.get("file_name")
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
    extras = {KEY: row[KEY]} if frame_from(row)[0] is not None else None
    document.images[key] = _Image(name, side_of(width), side_of(height), KEY in row, extras)


def side_of(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) and 0 < value < math.inf else None


def _add_category(document: Document, row: dict[str, Any], notes: Notes) -> None:
    key, name = key_of(row.get("id")), row.get("name")
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


def merged(documents: list[Document]) -> list[Category]:
    """The classes of several files, each name once, as it first occurs."""
    found: dict[str, Category] = {}
    for document in documents:
        for each in document.categories:
            found.setdefault(each.name, each)
    return list(found.values())


def records_of(
    source: Source,
    documents: list[Document],
    notes: Notes,
    shapes_of: Callable[[dict[str, Any], Document, Notes], Iterable[Shape]],
) -> Iterator[Record]:
    """A record for each image, of the shapes that `shapes_of` finds in its annotations."""
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
                shapes = [shape for row in rows for shape in shapes_of(row, document, notes)]
                extras = image.extras or {}
                video, frame = frame_from(extras)
                yield Record(
                    image.name,
                    shapes + hidden_from(extras),
                    image.width,
                    image.height,
                    origin=document.name,
                    painted=image.painted,
                    video=video,
                    frame=frame,
                )


def frames_of(documents: list[Document], known: Known) -> set[str]:
    """The file names of images that are frames of videos which the project has."""
    return {
        image.name
        for document in documents
        for image in document.images.values()
        if image.extras and frame_from(image.extras)[0] in known.videos
    }


def _row(file: IO[bytes], document: Document, place: int) -> dict[str, Any]:
    file.seek(document.starts[place])
    row: dict[str, Any] = json_stream.parse(file.read(document.lengths[place]), document.name)
    return row
