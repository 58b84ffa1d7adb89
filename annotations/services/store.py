"""The annotation store: every accepted change is one transaction, one revision and one event.

Clients name the revision they saw. A change against an older one is refused whole, so nobody's work is
overwritten unseen.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from accounts.principals import Principal
from annotations.models import Annotation, AnnotationRevision
from annotations.selectors import annotations_of, as_dict, news_of
from annotations.services.shapes import PLAIN, Drafts, geometries_of
from core.errors import BadInput, Conflict, StaleRevision, Unusable
from core.events import emit
from projects.models import Asset
from projects.services import review

MAX_SHAPES = 20_000


@dataclass
class Change:
    """What one accepted request does to an asset."""

    created: list[Annotation] = field(default_factory=list)
    updated: list[tuple[dict[str, Any], Annotation]] = field(default_factory=list)
    deleted: list[Annotation] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.deleted)


@dataclass(frozen=True)
class Note:
    """What a revision's row and event say besides the shapes."""

    # The client's name for the change, and what of it did not land.
    op: uuid.UUID | None = None
    refused: list[dict[str, Any]] = field(default_factory=list)
    # The socket it came by.
    session: str | None = None
    restored: int | None = None


def patch(
    principal: Principal,
    asset: Asset,
    revision: int,
    create: list[dict[str, Any]],
    update: list[dict[str, Any]],
    delete: list[uuid.UUID],
) -> Asset:
    """Create, update and delete shapes; returns the asset with its new revision.

    Raises StaleRevision, or BadInput naming each bad field as `create.0.polygons`; then nothing is changed.
    """
    named = [(f"create.{index}", body) for index, body in enumerate(create)]
    named += [(f"update.{index}", body) for index, body in enumerate(update)]
    look(asset, revision)
    geometries = geometries_of(asset, named)
    with writing():
        asset = lock(principal, asset, revision)
        existing = {shape.pk: shape for shape in annotations_of(asset)}
        drafts = Drafts(asset, principal.user, geometries)
        items = list(enumerate(create)), list(enumerate(update)), list(enumerate(delete))
        change = drafted(drafts, existing, *items)
        return apply(principal.user, asset, change)


def drafted(
    drafts: Drafts,
    existing: dict[uuid.UUID, Annotation],
    create: list[tuple[int, dict[str, Any]]],
    update: list[tuple[int, dict[str, Any]]],
    delete: list[tuple[int, uuid.UUID]],
    names_are_free: bool = False,
) -> Change:
    """What is asked for as rows to write; the numbers say where in the request each stands."""
    change = Change()
    for index, body in create:
        if (shape := drafts.create(body, f"create.{index}", existing)) is not None:
            change.created.append(shape)
    deleted = {key for _, key in delete}
    for index, body in update:
        before = existing.get(body["id"])
        if before is None or body["id"] in deleted:
            drafts.refuse(f"update.{index}.id", "is not a shape of this asset")
            continue
        if (changed := drafts.update(before, body, f"update.{index}")) is not None:
            change.updated.append(changed)
    for index, key in delete:
        if key not in existing:
            drafts.refuse(f"delete.{index}", "is not a shape of this asset")
        else:
            change.deleted.append(existing[key])
    if not names_are_free:
        drafts.check_names()
    drafts.raise_problems()
    return change


def replace(principal: Principal, asset: Asset, revision: int, shapes: list[dict[str, Any]]) -> Asset:
    """Make the asset's shapes exactly these. Known ids are updated (untouched where nothing differs), new
    ones created, missing ones deleted. Raises as `patch` does, with fields as `results.0.polygons`."""
    look(asset, revision)
    geometries = geometries_of(asset, [(f"results.{index}", body) for index, body in enumerate(shapes)])
    with writing():
        asset = lock(principal, asset, revision)
        existing = {shape.pk: shape for shape in annotations_of(asset)}
        drafts = Drafts(asset, principal.user, geometries)
        change = Change()
        for index, body in enumerate(shapes):
            before = existing.pop(body["id"], None) if "id" in body else None
            where = f"results.{index}"
            if before is None:
                if (shape := drafts.create(body, where, {})) is not None:
                    change.created.append(shape)
            elif (changed := drafts.update(before, body, where)) is not None:
                change.updated.append(changed)
        change.deleted = list(existing.values())
        drafts.check_names()
        drafts.raise_problems()
        return apply(principal.user, asset, change)


@contextmanager
def writing() -> Iterator[None]:
    """A transaction; what only the database finds, because somebody was faster, becomes a Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(
            "A shape's id, class or keyframe was taken or removed while this was being saved: read the "
            "annotations again and apply your change to what is there now."
        ) from error


def look(asset: Asset, revision: int | None = None) -> None:
    """See before the work of measuring whether the change can be accepted at all; `lock` decides."""
    check(Asset.objects.get(pk=asset.pk), revision)


def lock(principal: Principal, asset: Asset, revision: int | None = None) -> Asset:
    """As `hold`, to change it: raises Conflict where it is approved and the caller may not reopen it."""
    locked = hold(asset, revision)
    review.check_open(principal, locked)
    return locked


def hold(asset: Asset, revision: int | None = None) -> Asset:
    """The asset, locked until commit; at the revision its editor saw, where that is given."""
    locked = Asset.objects.select_for_update(of=("self",)).select_related("project").get(pk=asset.pk)
    check(locked, revision)
    return locked


def check(asset: Asset, revision: int | None = None) -> None:
    if asset.status != Asset.Status.READY:
        raise Unusable(f"{asset.name} is {asset.status}: it cannot be annotated.")
    if revision is not None and asset.revision != revision:
        raise StaleRevision(
            f"The annotations are at revision {asset.revision}, you sent {revision}: "
            "read them again and apply your change to what is there now."
        )


def apply(user: User | None, asset: Asset, change: Change, note: Note | None = None) -> Asset:
    """Write the change as the asset's next revision; the asset is locked. An empty one is none."""
    if not change:
        return asset
    asset.revision += 1
    changed = [shape for _, shape in change.updated]
    for shape in (*change.created, *changed):
        shape.revision = asset.revision
    Annotation.objects.filter(pk__in=[shape.pk for shape in change.deleted]).delete()
    Annotation.objects.bulk_create(change.created, batch_size=500)
    Annotation.objects.bulk_update(
        changed,
        ["label_class", "kind", "geometry", "bbox", "area", "revision", "updated_at", *PLAIN],
        batch_size=500,
    )
    refresh_counters(asset, user)
    record(asset, user, change.created, change.updated, change.deleted, note)
    return asset


def refresh_counters(asset: Asset, user: User | None) -> None:
    """Bring what lists show of an asset up to date with the shapes as `user` left them, and save its
    revision.
    """
    counts = dict(asset.annotations.order_by().values_list("label_class_id").annotate(count=Count("pk")))
    if sum(counts.values()) > MAX_SHAPES:
        raise BadInput(f"An asset can hold at most {MAX_SHAPES} shapes.")
    asset.annotation_count = sum(counts.values())
    asset.class_ids = sorted(map(str, counts))
    asset.updated_at = timezone.now()
    step = review.edited(asset, user, bool(counts))
    asset.save(update_fields=["revision", "annotation_count", "class_ids", "review", "updated_at"])
    if step:
        review.keep(step)


def record(
    asset: Asset,
    user: User | None,
    created: Iterable[Annotation] = (),
    updated: Iterable[tuple[dict[str, Any], Annotation]] = (),
    deleted: Iterable[Annotation] = (),
    note: Note | None = None,
) -> None:
    """Write the asset's revision into its history and tell whoever watches."""
    note = note or Note()
    changes = {
        "created": [as_dict(shape) for shape in created],
        "updated": [{"before": before, "after": as_dict(after)} for before, after in updated],
        "deleted": [as_dict(shape) for shape in deleted],
    }
    row = AnnotationRevision.objects.create(
        asset=asset,
        revision=asset.revision,
        actor=user,
        changes=changes,
        op=note.op,
        refused=note.refused,
        restored=note.restored,
    )
    emit(f"asset:{asset.pk}", "change", {**news_of(row), "session": note.session})
    summary = {
        "id": str(asset.pk),
        "revision": asset.revision,
        "annotation_count": asset.annotation_count,
        "status": asset.status,
        "review": asset.review,
    }
    emit(f"project:{asset.project_id}", "asset", {"asset": summary})
