"""What a format has no place for, under the key `tessera` of a shape, where other readers pass over it."""

from __future__ import annotations

import uuid
from typing import Any

from annotations.formats.records import ExportImage, Shape

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
    if shape.reckoned:
        extras["reckoned"] = True
    return {KEY: extras} if extras else {}


def frame_extras(image: ExportImage) -> dict[str, Any]:
    """What goes under the key of an image: that its shapes are in painting order, and its video."""
    extras: dict[str, Any] = {"painted": True}
    if image.video is not None:
        extras |= {"video": image.video, "frame": image.frame}
    if image.hidden:
        rows = [extras_of(each, exact=True, meta=True) for each in image.hidden]
        extras["hidden"] = [
            {"label": each.label, **row} for each, row in zip(image.hidden, rows, strict=True)
        ]
    return extras


def frame_from(row: dict[str, Any]) -> tuple[str | None, int | None]:
    """The video that an image is a frame of, and which one; twice None of other images."""
    extras = row.get(KEY)
    video, frame = (extras.get("video"), extras.get("frame")) if isinstance(extras, dict) else (None, None)
    return (video, frame) if isinstance(video, str) and type(frame) is int else (None, None)


def hidden_from(row: dict[str, Any]) -> list[Shape]:
    """The keyframes from which on their objects are not to be seen, as `frame_extras` kept them."""
    extras = row.get(KEY)
    rows = extras.get("hidden") if isinstance(extras, dict) else None
    found = []
    for number, each in enumerate(rows if isinstance(rows, list) else (), 1):
        geometry = geometry_from(each) if isinstance(each, dict) else None
        if geometry and isinstance(each.get("label"), str):
            found.append(restore(Shape(each["label"], geometry, f"hidden shape {number}"), each))
    return found


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
    shape.reckoned = extras.get("reckoned") is True
    shape.track = _uuid(extras.get("track"))
    return shape


def _uuid(value: Any) -> str | None:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
