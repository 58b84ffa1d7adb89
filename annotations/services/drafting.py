"""From a file's shapes to checked drafts: classes found by name, geometry cleaned, and the rest named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DataError

from accounts.principals import Principal
from annotations.formats.records import Category, Record, Shape
from annotations.formats.turning import SWAPPED, scaled, turn
from annotations.geometry import GeometryError, clean_geometry, measure
from annotations.services.landing import Draft
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.models import Asset, Project
from projects.selectors import classes_of
from projects.services.classes import create_class

MAX_NAME = 120


class Classes:
    """Finds the project's classes by the names of a file, and makes those that are missing where it may."""

    def __init__(self, principal: Principal, project: Project, create: bool, notes: Notes) -> None:
        self.created = 0
        self.one_a_pixel = project.task == Project.Task.SEMANTIC
        self._principal = principal
        self._project = project
        self._create = create
        self._notes = notes
        self._on_demand: dict[str, Category] = {}
        self._missing: dict[str, list[str]] = {}
        self._ids: dict[str, uuid.UUID] = {}
        for each in classes_of(project):
            self._ids[each.name] = each.pk
            self._ids.setdefault(each.name.casefold(), each.pk)

    def prepare(self, categories: Iterable[Category]) -> None:
        """Make the file's classes in the file's order."""
        for category in categories:
            if category.on_demand:
                self._on_demand[category.name] = category
            elif self._create and self._find(category.name) is None:
                self._make(category)

    def get(self, shape: Shape) -> uuid.UUID | None:
        """The class of a shape; None, remembered for `report`, where there is none."""
        found = self._find(shape.label)
        if found is None and self._create and shape.label not in self._missing:
            found = self._make(self._on_demand.get(shape.label) or Category(shape.label))
        if found is None:
            self._missing.setdefault(shape.label, []).append(shape.item)
        return found

    def report(self) -> None:
        """Name the classes that were missed, each once."""
        for name, items in self._missing.items():
            first = ", ".join(item for item in items[:5] if item)
            more = f", … ({len(items)} in all)" if len(items) > 5 else ""
            advice = "" if self._create else "; make the class, or import with create_classes"
            self._notes.add(f"category {name!r}", f"the project has no such class{advice}: {first}{more}")

    def _find(self, name: str) -> uuid.UUID | None:
        return self._ids.get(name) or self._ids.get(name.casefold())

    def _make(self, category: Category) -> uuid.UUID | None:
        name = category.name[:MAX_NAME]
        try:
            if not name.strip():
                raise Unusable("A class needs a name.")
            made = create_class(
                self._principal,
                self._project,
                name=name,
                color=category.color,
                ignore=category.ignore,
                stuff=category.stuff,
            )
        except (TesseraError, DataError) as error:
            reason = error.detail if isinstance(error, TesseraError) else "The database refuses its name."
            self._notes.add(f"category {name!r}", reason)
            self._missing.setdefault(category.name, [])
            return None
        self.created += 1
        self._ids[category.name] = made.pk
        self._ids.setdefault(category.name.casefold(), made.pk)
        return made.pk


def drafts_of(record: Record, asset: Asset, classes: Classes, notes: Notes) -> list[Draft]:
    """The record's shapes that can be stored. Shapes that cannot, and repairs, are noted."""
    turned = False
    if record.width and record.height and (record.width, record.height) != (asset.width, asset.height):
        turned = (record.height, record.width) == (asset.width, asset.height) and asset.orientation in SWAPPED
        if not turned:
            notes.add(
                record.image,
                f"the file says {record.width}×{record.height} pixels, the image has {asset.width}×"
                f"{asset.height}: its {len(record.shapes)} annotations were left out",
            )
            return []
    drafts = []
    is_video = asset.media == Asset.Media.VIDEO
    for shape in record.shapes:
        if is_video and shape.reckoned:
            continue
        label_class = classes.get(shape)
        if label_class is None:
            continue
        try:
            if record.relative:
                shape.geometry = scaled(shape.geometry, asset.width, asset.height)
            if turned:
                shape.geometry = _turned(shape.geometry, asset)
            drafts.append(_draft(shape, label_class, asset, record, notes))
        except GeometryError as error:
            notes.add(_item(shape, record), str(error))
    if classes.one_a_pixel and not record.painted:
        # Where a pixel has one class and the file knows no order, a window goes over its house.
        drafts.sort(key=lambda draft: -draft.bbox[2] * draft.bbox[3])
    return drafts


def _draft(shape: Shape, label_class: uuid.UUID, asset: Asset, record: Record, notes: Notes) -> Draft:
    size = asset.height, asset.width
    frame = _frame(shape, asset, record)
    try:
        ((kind, geometry),) = clean_geometry(shape.geometry, *size).items()
    except GeometryError as error:
        kind, geometry = "polygons", _good_parts(shape.geometry, size, error)
        dropped = len(shape.geometry["polygons"]) - len(geometry)
        notes.add(_item(shape, record), f"{dropped} of its parts left out: {error}")
    bbox, area = measure({kind: geometry}, *size)
    if not area:
        raise GeometryError("The shape covers no pixel.")
    return Draft(
        label_class, kind, geometry, bbox, area, shape.z, shape.track, _score(shape), shape.attributes, frame
    )


def _frame(shape: Shape, asset: Asset, record: Record) -> int | None:
    """The frame of a video that a shape lies on, None of an image."""
    if asset.media != Asset.Media.VIDEO:
        return None
    frame, last = shape.frame if shape.frame is not None else record.frame, (asset.frames or 1) - 1
    if frame is None:
        raise GeometryError(f"It lies on none of the video's frames, 0 to {last}.")
    if not 0 <= frame <= last:
        raise GeometryError(f"It lies on frame {frame}, and the video has the frames 0 to {last}.")
    return frame


def _good_parts(geometry: Mapping[str, Any], size: tuple[int, int], error: GeometryError) -> list[Any]:
    """The parts of a broken polygon that are whole; raises the error where none is."""
    parts = geometry.get("polygons")
    good = []
    for part in parts if isinstance(parts, list) and len(parts) > 1 else ():
        try:
            good += clean_geometry({"polygons": [part]}, *size)["polygons"]
        except GeometryError:
            continue
    if not good:
        raise error
    return good


def _turned(geometry: dict[str, Any], asset: Asset) -> dict[str, Any]:
    """A shape on the stored pixels, which are `asset.width` high; raises GeometryError for a broken one."""
    try:
        return turn(geometry, asset.orientation, asset.width, asset.height)
    except (TypeError, ValueError, KeyError) as error:
        raise GeometryError(f"The shape is malformed: {error}.") from error


def _score(shape: Shape) -> float | None:
    return shape.score if shape.score is not None and 0 <= shape.score <= 1 else None


def _item(shape: Shape, record: Record) -> str:
    return f"{shape.item} of {record.image}" if shape.item else record.image
