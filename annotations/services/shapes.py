"""Shapes as clients send them, checked against one asset: places, classes, ids and free attributes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from math import isfinite
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.models import User
from annotations.geometry import GeometryError, clean_geometry, measure
from annotations.models import Annotation
from annotations.selectors import as_dict
from core.errors import BadInput, FieldError
from core.free_json import json_problem
from projects.models import Asset

PLAIN = ("z", "track", "frame", "source", "score", "attributes")


class Geometry(NamedTuple):
    """A shape's place as the store keeps it."""

    kind: str
    geometry: Any
    bbox: list[float]
    area: float


class Drafts:
    """Checks shapes against one asset and its project's classes, and collects what is wrong with them."""

    def __init__(self, asset: Asset, user: User, geometries: dict[str, Geometry | GeometryError]) -> None:
        self.asset = asset
        self.user = user
        self.geometries = geometries
        self.classes = set(asset.project.label_classes.values_list("pk", flat=True))
        self.problems: list[FieldError] = []
        self.seen: set[uuid.UUID] = set()
        # Where each id that a client chose stands.
        self.named: dict[uuid.UUID, str] = {}
        self.now = timezone.now()

    def refuse(self, where: str, message: str) -> None:
        self.problems.append(FieldError(where, message))

    def raise_problems(self) -> None:
        if self.problems:
            first = self.problems[0]
            raise BadInput(f"{first.field} {first.message}", self.problems)

    def check_names(self) -> None:
        """Refuse chosen ids that shapes of other assets have."""
        taken = Annotation.objects.filter(pk__in=self.named).values_list("pk", flat=True)
        for key in taken:
            self.refuse(f"{self.named[key]}.id", "is taken")

    def create(
        self, body: dict[str, Any], where: str, existing: dict[uuid.UUID, Annotation]
    ) -> Annotation | None:
        key = body.get("id") or uuid.uuid4()
        if key in existing or key in self.seen:
            self.refuse(f"{where}.id", "is taken")
            return None
        self.seen.add(key)
        if "id" in body:
            self.named[key] = where
        if "class" not in body:
            self.refuse(f"{where}.class", "is required")
            return None
        shape = Annotation(id=key, asset=self.asset, created_by=self.user)
        # Within one request the order sent is the painting order.
        shape.created_at = self.now + timedelta(microseconds=len(self.seen))
        if (before := body.get("created_at")) is not None and before < self.now:
            # It was deleted, and comes back to where it lay.
            shape.created_at = before
        shape.updated_at = self.now
        return shape if self._fill(shape, body, where) else None

    def update(
        self, shape: Annotation, body: dict[str, Any], where: str
    ) -> tuple[dict[str, Any], Annotation] | None:
        """The state before and the changed shape; None where nothing differs or something is wrong."""
        if shape.pk in self.seen:
            self.refuse(f"{where}.id", "comes twice")
            return None
        self.seen.add(shape.pk)
        before = as_dict(shape)
        if not self._fill(shape, body, where):
            return None
        if as_dict(shape) == before:
            return None
        shape.updated_at = self.now
        return before, shape

    def _fill(self, shape: Annotation, body: dict[str, Any], where: str) -> bool:
        if "class" in body:
            if body["class"] not in self.classes:
                self.refuse(f"{where}.class", "is not a class of this project")
                return False
            shape.label_class_id = body["class"]
        if (score := body.get("score")) is not None and not isfinite(score):
            self.refuse(f"{where}.score", "is not a finite number")
            return False
        if problem := json_problem(body.get("attributes")):
            self.refuse(f"{where}.attributes", problem)
            return False
        for name in PLAIN:
            if name in body:
                setattr(shape, name, body[name])
        if problem := self._frame_problem(shape):
            self.refuse(f"{where}.frame", problem)
            return False
        found = self.geometries.get(where)
        if found is None:
            if shape.geometry is None:
                self.refuse(f"{where}.polygons", "Give exactly one of polygons, mask or bbox.")
            return shape.geometry is not None
        if isinstance(found, GeometryError):
            self.refuse(f"{where}.{_given(body)[0]}", str(found))
            return False
        shape.kind, shape.geometry, shape.bbox, shape.area = found
        return True

    def _frame_problem(self, shape: Annotation) -> str | None:
        """What is wrong with the frame that a shape lies on, None where nothing is."""
        if self.asset.media != Asset.Media.VIDEO:
            return "is of videos only: this is an image" if shape.frame is not None else None
        last = (self.asset.frames or 1) - 1
        if shape.frame is None:
            return f"is required: a shape of a video lies on one of its frames, 0 to {last}"
        return f"is behind the last frame, {last}" if shape.frame > last else None


def _given(body: dict[str, Any]) -> list[str]:
    return [kind for kind in Annotation.Kind.values if body.get(kind) is not None]


def geometries_of(
    asset: Asset, named: Iterable[tuple[str, dict[str, Any]]]
) -> dict[str, Geometry | GeometryError]:
    """What is sent of shapes' places, cleaned and measured, or what is wrong with it, by where it stands.

    Done before a transaction opens: SQLite has one lock for everybody who writes.
    """
    size = asset.height, asset.width
    found: dict[str, Geometry | GeometryError] = {}
    for where, body in named:
        if not (kinds := _given(body)):
            continue
        try:
            cleaned = clean_geometry({kind: body[kind] for kind in kinds}, *size)
            ((kind, geometry),) = cleaned.items()
            found[where] = Geometry(kind, geometry, *measure(cleaned, *size))
        except GeometryError as error:
            found[where] = error
    return found
