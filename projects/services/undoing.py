"""Taking a bulk change back: every asset becomes what it was, unless somebody changed it meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.principals import Principal
from accounts.selectors import may, require
from accounts.services import audit
from core.errors import Conflict, Forbidden, NotFound
from core.jobs import JobHandle
from core.models import Job
from projects.models import Asset, AssetEvent, BulkChange, BulkItem, Project
from projects.services import bulk, moving, review

KIND = "projects.undo"
LASTS = timedelta(days=30)
BATCH = 1_000
MAX_TOLD = 100
_PLAIN = ("split", "tags", "review")


def get_change(principal: Principal, change_id: uuid.UUID) -> BulkChange:
    """The change, if the caller may undo it: who made it, or who may manage the project."""
    change = BulkChange.objects.select_related("project").filter(pk=change_id).first()
    if change is None:
        raise NotFound()
    require(principal, change.project.workspace_id, "annotate")
    manages = may(principal, change.project.workspace_id, "manage")
    if not manages and (change.created_by_id != principal.user.pk or bulk.is_heavy(change.request)):
        raise Forbidden("To undo what others did takes an engineer, an admin or the owner.")
    return change


def undo(principal: Principal, change: BulkChange) -> dict[str, Any] | Job:
    """Put everything back that was not changed since; more than 10,000 assets become a job.

    Returns `{"restored", "kept": [{"asset", "name", "reason"}], "kept_count"}`. Raises Conflict where it was
    undone before, or is too old.
    """
    with transaction.atomic():
        change = (
            BulkChange.objects.select_for_update(of=("self",)).select_related("project").get(pk=change.pk)
        )
        _check(change)
        if change.changed > bulk.MAX_AT_ONCE:
            change.undone_at = timezone.now()
            change.save(update_fields=["undone_at", "updated_at"])
            return bulk.later(KIND, principal, change, "Waiting to undo a change")
        while _batch(principal, change):
            pass
        return _finish(principal, change)


def run_undo(job: JobHandle) -> dict[str, Any]:
    """Undo a change of very many assets; done again, it goes on with what is left."""
    change = BulkChange.objects.select_related("project").filter(pk=job.payload["change"]).first()
    user = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    if change is None or user is None:
        raise NotFound("The project or the person whose change this is is gone.")
    principal = Principal(user)
    more = True
    while more:
        done = change.items.exclude(kept=None).count()
        job.progress(done / max(change.changed, 1), f"{done:,} assets put back")
        with transaction.atomic():
            more = _batch(principal, change)
        job.kept()
    with transaction.atomic():
        return _finish(principal, change)


def _check(change: BulkChange) -> None:
    if change.undone_at is not None:
        raise Conflict("This was undone already.")
    if change.created_at < timezone.now() - LASTS:
        raise Conflict(f"This is more than {LASTS.days} days ago: it cannot be undone any more.")


def _batch(principal: Principal, change: BulkChange) -> bool:
    """Put the next assets back; whether there may be more."""
    items = list(change.items.filter(kept=None).order_by("pk")[:BATCH])
    if not items:
        return False
    rows = Asset.everything.select_related("project", "assignee", "reviewer")
    locked = rows.filter(pk__in=[item.asset_id for item in items]).select_for_update(of=("self",))
    assets = {asset.pk: asset for asset in locked.order_by("pk")}
    going: list[tuple[Asset, BulkItem]] = []
    for item in items:
        asset = assets[item.asset_id]
        item.kept = _why_kept(asset, item)
        if not item.kept:
            going.append((asset, item))
    events: list[AssetEvent] = []
    for restore in (_move_back, _bring_back, _put_back):
        events += restore(principal, change, going)
    BulkItem.objects.bulk_update(items, ["kept"], batch_size=200)
    told = [asset for asset, _ in going]
    bulk.tell(change.project, told, False)
    if gone := [asset for asset in told if asset.deleted_at]:
        bulk.tell(change.project, gone, True)
    review.keep(events)
    return len(items) == BATCH


def _why_kept(asset: Asset, item: BulkItem) -> str:
    now = bulk.state_of(asset)
    changed = [name for name, value in item.after.items() if now[name] != value]
    if not changed:
        return ""
    if "deleted_at" in changed:
        return "it is in the trash" if asset.deleted_at else "it was taken out of the trash"
    return f"its {', '.join(name.replace('deleted_at', 'place') for name in changed)} changed since"


Going = list[tuple[Asset, BulkItem]]
Restore = Callable[[Principal, BulkChange, Going], Sequence[AssetEvent]]


def _move_back(principal: Principal, change: BulkChange, going: Going) -> list[AssetEvent]:
    moved = [(asset, item) for asset, item in going if "project" in item.before]
    if not moved:
        return []
    there = moved[0][0].project
    back = change.project
    # Classes that were drawn with only since go by their names as well.
    classes, _ = moving.class_names(principal, there, back)
    classes |= {new: old for old, new in change.outcome.get("classes", {}).items()}
    living = {str(key) for key in back.label_classes.values_list("pk", flat=True)}
    classes = {new: old for new, old in classes.items() if old in living}
    for asset, item in moved:
        asset.name = item.before.get("name", asset.name)
    moving.move([asset for asset, _ in moved], back, classes)
    bulk.tell(there, [asset for asset, _ in moved], False)
    return []


def _bring_back(principal: Principal, change: BulkChange, going: Going) -> list[AssetEvent]:
    coming = [asset for asset, item in going if "deleted_at" in item.before and asset.deleted_at]
    bulk.bring_back(coming)
    # What was restored goes to the trash again.
    for asset, item in going:
        if item.before.get("deleted_at"):
            asset.deleted_at = datetime.fromisoformat(item.before["deleted_at"])
            asset.save(update_fields=["deleted_at", "updated_at"])
    return []


def _put_back(principal: Principal, change: BulkChange, going: Going) -> list[AssetEvent]:
    people = _people(change.project, going)
    events = []
    for asset, item in going:
        fields = [name for name in (*_PLAIN, *review.PEOPLE) if name in item.before]
        if not fields:
            continue
        for name in fields:
            value = item.before[name]
            if name in review.PEOPLE:
                events += review.assign(principal, asset, name, people.get(value))
                continue
            if name == "review":
                detail = {"from": asset.review, "to": value, "undone": True}
                events.append(_event(asset, principal, detail))
            setattr(asset, name, value)
        asset.save(update_fields=[*fields, "updated_at"])
    return events


def _event(asset: Asset, principal: Principal, detail: dict[str, Any]) -> AssetEvent:
    return AssetEvent(asset=asset, kind=AssetEvent.Kind.REVIEW, actor=principal.user, detail=detail)


def _people(project: Project, going: Going) -> dict[str | None, User]:
    """Who had the work, as far as they still are in the workspace."""
    named = {item.before[role] for _, item in going for role in review.PEOPLE if item.before.get(role)}
    users = User.objects.filter(pk__in=named, memberships__workspace=project.workspace_id)
    return {str(user.pk): user for user in users}


def _finish(principal: Principal, change: BulkChange) -> dict[str, Any]:
    change.undone_at = change.undone_at or timezone.now()
    change.save(update_fields=["undone_at", "updated_at"])
    kept = change.items.exclude(kept=None).exclude(kept="").select_related("asset").order_by("pk")
    count = kept.count()
    total = change.items.count()
    detail = {"undo": str(change.pk), "restored": total - count, "kept": count}
    audit(principal, "assets.undo", "project", change.project_id, change.project.workspace_id, detail)
    return {
        "restored": total - count,
        "kept": [
            {"asset": str(item.asset_id), "name": item.asset.name, "reason": item.kept or ""}
            for item in kept[:MAX_TOLD]
        ],
        "kept_count": count,
    }
