"""Operations of people who work in one image at once, merged shape by shape.

An update or deletion names the revision of its shape that it was made from, its base. It lands when nobody
has touched the shape since, an update also when only other fields were changed; otherwise that item alone is
refused, together with what is there now. An operation is merged once: its answer is kept with its revision.
"""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from accounts.principals import Principal
from annotations.geometry import GeometryError
from annotations.models import Annotation, AnnotationRevision, EmptyOperation
from annotations.selectors import as_dict
from annotations.services import store
from annotations.services.shapes import PLAIN, Drafts, Geometry, geometries_of
from core.errors import BadInput, Conflict, FieldError, TooLarge
from projects.models import Asset
from projects.services.review import check_open

FIELDS = ("class", "geometry", *PLAIN)
# Who is further behind is told that the shape was changed: looking costs everybody who writes.
LOOK_BACK = 1_000
MAX_ITEMS = 5_000
Body = dict[str, Any]


def merge(
    principal: Principal,
    asset: Asset,
    op: uuid.UUID,
    create: list[Body],
    update: list[Body],
    delete: list[Body],
    session: str | None = None,
) -> Body:
    """Apply an operation to an asset that was just read; returns
    `{"op", "revision", "refused": [{"id", "reason", "message", "current"}]}`.

    Raises BadInput naming each bad field as `create.0.polygons`; then nothing is changed or remembered.
    """
    _once(create, update, delete)
    store.check(asset)
    named = [(f"create.{index}", body) for index, body in enumerate(create)]
    named += [(f"update.{index}", body) for index, body in enumerate(update)]
    geometries = geometries_of(asset, named)
    try:
        return _merge(principal, asset, op, create, update, delete, geometries, session)
    except Conflict:
        # Another image was faster with one of the ids: now it is seen to be taken.
        return _merge(principal, asset, op, create, update, delete, geometries, session)


def _merge(
    principal: Principal,
    asset: Asset,
    op: uuid.UUID,
    create: list[Body],
    update: list[Body],
    delete: list[Body],
    geometries: dict[str, Geometry | GeometryError],
    session: str | None,
) -> Body:
    with store.writing():
        asset = store.hold(asset)
        # What has landed is answered as it was then, whatever has become of the asset.
        if (known := _remembered(asset, op)) is not None:
            return known
        check_open(principal, asset)
        wanted = [body["id"] for body in (*create, *update, *delete)]
        found = {shape.pk: shape for shape in Annotation.objects.filter(pk__in=wanted)}
        here = {key: shape for key, shape in found.items() if shape.asset_id == asset.pk}
        refused = [_taken(body["id"], here.get(body["id"])) for body in create if body["id"] in found]
        behind = {
            body["id"]: body["base"]
            for body in (*update, *delete)
            if body["id"] in here and here[body["id"]].revision > body["base"]
        }
        changed = _changed_since(asset, behind)
        accepted: list[list[tuple[int, Body]]] = [[], []]
        for items, kept, deletes in ((update, accepted[0], False), (delete, accepted[1], True)):
            for index, body in enumerate(items):
                shape = here.get(body["id"])
                if shape is None:
                    refused.append(_refusal(body["id"], "gone", "Somebody has deleted it."))
                elif clash := _clash(body, deletes, changed.get(shape.pk, set())):
                    message = f"Somebody has changed its {' and '.join(clash)} meanwhile."
                    refused.append(_refusal(shape.pk, "changed", message, shape))
                else:
                    kept.append((index, body))
        new = [body for body in create if body["id"] not in found]
        doubled = _doubled(asset, new, {body["id"] for _, body in accepted[1]})
        refused += list(doubled.values())
        change = store.drafted(
            Drafts(asset, principal.user, geometries),
            here,
            [
                (index, body)
                for index, body in enumerate(create)
                if body["id"] not in found and body["id"] not in doubled
            ],
            accepted[0],
            [(index, body["id"]) for index, body in accepted[1]],
            names_are_free=True,
        )
        if change:
            note = store.Note(op, refused, session)
            asset = store.apply(principal.user, asset, change, note)
        else:
            EmptyOperation.objects.create(asset=asset, op=op, revision=asset.revision, refused=refused)
        return _answer(op, asset.revision, refused)


def _doubled(asset: Asset, create: list[Body], deleted: set[uuid.UUID]) -> dict[uuid.UUID, Body]:
    """Refusals of new keyframes where their track has one on that frame already."""
    if asset.media != Asset.Media.VIDEO:
        return {}
    tracks = {body["track"] for body in create if body.get("track") is not None}
    rows = Annotation.objects.filter(asset=asset, track__in=tracks).exclude(pk__in=deleted)
    there = {(shape.track, shape.frame): shape for shape in rows}
    return {
        body["id"]: _refusal(
            body["id"], "taken", f"Somebody has made a keyframe on frame {body['frame']}.", shape
        )
        for body in create
        if (shape := there.get((body.get("track"), body.get("frame")))) is not None
    }


def _remembered(asset: Asset, op: uuid.UUID) -> Body | None:
    """What the operation was answered when it came first."""
    for rows in (asset.revisions, asset.empty_operations):
        if (row := rows.filter(op=op).values_list("revision", "refused").first()) is not None:
            return _answer(op, *row)
    return None


def _answer(op: uuid.UUID, revision: int, refused: list[Body]) -> Body:
    return {"op": str(op), "revision": revision, "refused": refused}


def _once(create: list[Body], update: list[Body], delete: list[Body]) -> None:
    """Every shape stands in an operation once: there is no order in it."""
    kinds = {"create": create, "update": update, "delete": delete}
    if sum(map(len, kinds.values())) > MAX_ITEMS:
        raise TooLarge(f"An operation can name at most {MAX_ITEMS} shapes.")
    counts = Counter(body["id"] for items in kinds.values() for body in items)
    errors = [
        FieldError(f"{kind}.{index}.id", "comes twice")
        for kind, items in kinds.items()
        for index, body in enumerate(items)
        if counts[body["id"]] > 1
    ]
    if errors:
        raise BadInput(f"{errors[0].field} {errors[0].message}", errors)


def _changed_since(asset: Asset, bases: dict[uuid.UUID, int]) -> dict[uuid.UUID, set[str]]:
    """Which fields of each shape were written behind its base."""
    if not bases:
        return {}
    oldest = min(bases.values())
    if asset.revision - oldest > LOOK_BACK:
        return dict.fromkeys(bases, set(FIELDS))
    found: dict[uuid.UUID, set[str]] = {key: set() for key in bases}
    rows = AnnotationRevision.objects.filter(asset=asset, revision__gt=oldest)
    for revision, changes in rows.values_list("revision", "changes").iterator(chunk_size=50):
        for item in changes["updated"]:
            key = uuid.UUID(item["after"]["id"])
            if key in bases and revision > bases[key]:
                found[key] |= _differing(item["before"], item["after"])
        for shape in changes["created"]:
            # Deleted and made anew: nothing of it is what it was.
            if (key := uuid.UUID(shape["id"])) in bases and revision > bases[key]:
                found[key] |= set(FIELDS)
    return found


def _differing(before: Body, after: Body) -> set[str]:
    return {name for name in FIELDS if _value(before, name) != _value(after, name)}


def _value(shape: Body, name: str) -> Any:
    if name != "geometry":
        return shape.get(name)
    return [shape.get(kind) for kind in Annotation.Kind.values]


def _clash(body: Body, deletes: bool, changed: set[str]) -> list[str]:
    """The fields that both this item and somebody else changed; a deletion takes all of them."""
    given = {name for name in FIELDS if name in body}
    if any(body.get(kind) is not None for kind in Annotation.Kind.values):
        given.add("geometry")
    return [name for name in FIELDS if name in changed and (deletes or name in given)]


def _taken(key: uuid.UUID, shape: Annotation | None) -> Body:
    return _refusal(key, "taken", "Another shape has this id.", shape)


def _refusal(key: uuid.UUID, reason: str, message: str, current: Annotation | None = None) -> Body:
    shape = as_dict(current) if current else None
    return {"id": str(key), "reason": reason, "message": message, "current": shape}
