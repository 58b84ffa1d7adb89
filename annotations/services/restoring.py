"""Going back: the shapes as they were at an earlier revision, as a new one."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.principals import Principal
from annotations.models import Annotation, AnnotationRevision
from annotations.selectors import annotations_of, as_dict
from annotations.services import store
from annotations.services.shapes import PLAIN
from core.errors import BadInput, Conflict, FieldError, NotFound, Unusable
from projects.models import Asset

# How often a reader begins again because somebody saves at the same moment.
TRIES = 5
# What of a shape may differ from what it is now without being worth a change.
UNSEEN = ("revision", "created_at", "updated_at", "created_by")


def restore(principal: Principal, asset: Asset, revision: int, target: int) -> tuple[Asset, list[str]]:
    """Make the asset's shapes what they were at revision `target`; returns the asset, and the ids of shapes
    that cannot come back because their class is gone.

    Raises StaleRevision, and BadInput for a revision that is yet to come.
    """
    store.look(asset, revision)
    if target > revision:
        message = f"must be at most {revision}, the revision of now"
        raise BadInput(f"revision {message}", [FieldError("revision", message)])
    with store.writing():
        asset = store.lock(principal, asset, revision)
        now = {shape.pk: shape for shape in annotations_of(asset)}
        then = _shapes_at(asset, target, {str(key): as_dict(shape) for key, shape in now.items()})
        left_out = _classless(asset, then)
        change = store.Change(deleted=[shape for key, shape in now.items() if str(key) not in then])
        named = {shape["created_by"] for shape in then.values() if shape["created_by"]}
        authors = {str(key) for key in User.objects.filter(pk__in=named).values_list("pk", flat=True)}
        for key, shape in then.items():
            if key in left_out:
                continue
            existing = now.get(uuid.UUID(key))
            if existing is None:
                change.created.append(_filled(Annotation(id=uuid.UUID(key), asset=asset), shape, authors))
                continue
            before = as_dict(existing)
            if _seen(before) != _seen(shape):
                change.updated.append((before, _filled(existing, shape, authors)))
        asset = store.apply(principal.user, asset, change, store.Note(restored=target))
        return asset, left_out


def look_back(asset: Asset, target: int) -> tuple[list[dict[str, Any]], list[str]]:
    """The shapes as they were at revision `target`, in painting order, and the ids of those whose class is
    gone: what `restore` would make of the asset, without doing it.

    Raises NotFound for a revision that is yet to come, Conflict where others save all the time.
    """
    for _ in range(TRIES):
        asset = Asset.objects.select_related("project").get(pk=asset.pk)
        if target > asset.revision:
            raise NotFound(f"{asset.name} is at revision {asset.revision}: there is no {target} yet.")
        now = {str(shape.pk): as_dict(shape) for shape in annotations_of(asset)}
        rows = AnnotationRevision.objects.filter(asset=asset, revision__gt=asset.revision)
        if not rows.exists():
            break
        # Somebody saved between the two reads: what was read does not belong together.
    else:
        raise Conflict("Others change this image all the time: try again.")
    then = _shapes_at(asset, target, now)
    left_out = _classless(asset, then)
    shapes = [shape for key, shape in then.items() if key not in left_out]
    # What was written before shapes knew of frames lies on none.
    shapes = [{"frame": None, **shape} for shape in shapes]
    return sorted(shapes, key=lambda shape: (shape["z"], shape.get("created_at", ""), shape["id"])), left_out


def _classless(asset: Asset, shapes: dict[str, dict[str, Any]]) -> list[str]:
    classes = {str(key) for key in asset.project.label_classes.values_list("pk", flat=True)}
    return [key for key, shape in shapes.items() if shape["class"] not in classes]


def _shapes_at(asset: Asset, target: int, shapes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Today's shapes with every revision behind `target` taken back, the youngest first."""
    between = {"revision__gt": target, "revision__lte": asset.revision}
    rows = AnnotationRevision.objects.filter(asset=asset, **between).order_by("-revision")
    expected = asset.revision
    for number, changes in rows.values_list("revision", "changes").iterator(chunk_size=50):
        if number != expected:
            break
        expected -= 1
        for shape in changes["created"]:
            shapes.pop(shape["id"], None)
        for item in changes["updated"]:
            shapes[item["before"]["id"]] = item["before"]
        for shape in changes["deleted"]:
            shapes[shape["id"]] = shape
    if expected != target:
        raise Unusable(f"The history does not reach back to revision {target}: {expected} is not in it.")
    return shapes


def _seen(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if name not in UNSEEN}


def _filled(row: Annotation, shape: dict[str, Any], authors: set[str]) -> Annotation:
    """The row with everything that the shape says; its place among those of the same z, too."""
    row.label_class_id = uuid.UUID(shape["class"])
    row.kind = next(kind for kind in Annotation.Kind.values if kind in shape)
    row.geometry, row.bbox, row.area = shape[row.kind], shape["box"], shape["area"]
    for name in PLAIN:
        setattr(row, name, shape[name])
    row.track = uuid.UUID(shape["track"]) if shape["track"] else None
    if row._state.adding:
        if shape["created_by"] in authors:
            row.created_by_id = uuid.UUID(shape["created_by"])
        if "created_at" in shape:
            row.created_at = datetime.fromisoformat(shape["created_at"])
    row.updated_at = timezone.now()
    return row
