"""What a format has no place for, under the key `tessera` of a shape, where other readers pass over it."""

from __future__ import annotations

import uuid
from typing import Any

from annotations.formats.records import Shape

KEY = "tessera"


def extras_of(shape: Shape, exact: bool = False, meta: bool = False) -> dict[str, Any]:
    """`{"tessera": {…}}`, or nothing where nothing is to be kept.

    `exact` keeps the geometry as it is, `meta` score and attributes, where the format itself cannot.
    """
    extras: dict[str, Any] = {}
    if shape.z:
        extras["z"] = shape.z
    if shape.track:
        extras["track"] = shape.track
    if meta and shape.score is not None:
        extras["score"] = shape.score
    if meta and shape.attributes:
        extras["attributes"] = shape.attributes
    if exact:
        extras.update(shape.geometry)
    return {KEY: extras} if extras else {}


def geometry_from(row: dict[str, Any]) -> dict[str, Any] | None:
    """The geometry that `extras_of` kept, None where it kept none."""
    extras = row.get(KEY)
    if not isinstance(extras, dict):
        return None
    return next(({kind: extras[kind]} for kind in ("polygons", "mask", "bbox") if extras.get(kind)), None)


def restore(shape: Shape, row: dict[str, Any]) -> Shape:
    """The shape with what `extras_of` kept of it."""
    extras = row.get(KEY)
    if not isinstance(extras, dict):
        return shape
    if type(extras.get("z")) is int:
        shape.z = extras["z"]
    if isinstance(extras.get("score"), (int, float)):
        shape.score = extras["score"]
    if isinstance(extras.get("attributes"), dict):
        shape.attributes = {**shape.attributes, **extras["attributes"]}
    shape.track = _uuid(extras.get("track"))
    return shape


def _uuid(value: Any) -> str | None:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
