"""Changing many assets at once: their columns, tags, project, or whether they lie in the trash.

Every change leaves what each asset was before, so that it can be undone. The assets are taken in the order
of their ids, and how far it came is written with each batch: a job that was sent again goes on there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.principals import Principal
from accounts.selectors import require
from accounts.services import audit
from core import jobs
from core.errors import BadInput, FieldError, NotFound
from core.events import emit
from core.jobs import JobHandle
from core.models import Job
from projects.asset_selectors import found
from projects.models import Asset, AssetEvent, BulkChange, BulkItem, Project
from projects.services import moving, review
from projects.services.assets import free_name

KIND = "projects.bulk"
# More is not for one request.
MAX_AT_ONCE = 10_000
BATCH = 1_000
MAX_TAGS = 50
MAX_TOLD = 100
REVIEWED = ("review", *review.PEOPLE)


def change(principal: Principal, project: Project, request: dict[str, Any]) -> BulkChange | Job:
    """Do what the request says to all assets that it names by `ids` or `filters`: `set` columns, `add_tags`,
    `remove_tags`, `move_to` another project, `delete` (to the trash), `restore` (from there).

    More than 10,000 assets become a job. Otherwise all are changed, or, raising NotFound, Forbidden or
    BadInput, none.
    """
    require(principal, project.workspace_id, "manage" if is_heavy(request) else "annotate")
    if "move_to" in request:
        moving.target_of(principal, project, uuid.UUID(request["move_to"]))
    if request.get("filters", {}).get("duplicates"):
        # Who has a twin now: the first half of a change may leave the other half without theirs.
        filters = {name: value for name, value in request["filters"].items() if name != "duplicates"}
        twins = [str(key) for key in chosen(principal, project, request).values_list("pk", flat=True)]
        request = {**request, "filters": filters, "among": twins}
    assets = chosen(principal, project, request)
    if "ids" not in request and assets.order_by()[: MAX_AT_ONCE + 1].count() > MAX_AT_ONCE:
        row = BulkChange.objects.create(project=project, request=request, created_by=principal.user)
        return later(KIND, principal, row, "Waiting to change assets")
    with transaction.atomic():
        row = BulkChange.objects.create(project=project, request=request, created_by=principal.user)
        while _batch(principal, row):
            pass
        _finish(principal, row)
    return row


def run_change(job: JobHandle) -> dict[str, Any]:
    """Do a change of very many assets; done again, it goes on behind the last one that was changed."""
    row = BulkChange.objects.select_related("project", "created_by").filter(pk=job.payload["change"]).first()
    if row is None or row.created_by is None:
        raise NotFound("The project or the person whose change this is is gone.")
    principal = Principal(row.created_by)
    require(principal, row.project.workspace_id, "manage" if is_heavy(row.request) else "annotate")
    total = chosen(principal, row.project, row.request).count() + row.changed
    more = True
    while more:
        job.progress(min(row.changed / max(total, 1), 1.0), f"{row.changed:,} assets changed")
        with transaction.atomic():
            more = _batch(principal, row)
        job.kept()
    with transaction.atomic():
        _finish(principal, row)
    return answer(row)


def answer(row: BulkChange) -> dict[str, Any]:
    """What a change is answered with."""
    return {
        "changed": row.changed,
        "undo": str(row.pk) if row.changed else None,
        "notes": row.outcome.get("notes", []),
    }


def chosen(principal: Principal, project: Project, request: Mapping[str, Any]) -> QuerySet[Asset]:
    """The assets that a request means; raises NotFound where an id is not of the project."""
    trash = bool(request.get("restore"))
    if "filters" in request:
        filters = {**request["filters"], **({"deleted": "true"} if trash else {})}
        rows = found(project, filters, principal.user)
        return rows.filter(pk__in=request["among"]) if "among" in request else rows
    ids = {uuid.UUID(str(key)) for key in request["ids"]}
    known = Asset.everything.exclude(deleted_at=None) if trash else Asset.objects
    assets = known.filter(project=project, pk__in=ids)
    if not request.get("begun") and assets.count() != len(ids):
        raise NotFound("Some of these assets are not in the project; nothing was changed.")
    return assets


def is_heavy(request: Mapping[str, Any]) -> bool:
    return any(request.get(name) for name in ("delete", "restore", "move_to"))


def later(kind: str, principal: Principal, row: BulkChange, message: str) -> Job:
    return jobs.create_job(
        kind,
        workspace_id=row.project.workspace_id,
        project_id=row.project_id,
        created_by=principal.user,
        payload={"change": str(row.pk)},
        message=message,
    )


def _batch(principal: Principal, row: BulkChange) -> bool:
    """Change the next assets; whether there may be more."""
    rows = chosen(principal, row.project, {**row.request, "begun": row.last is not None})
    if row.last is not None:
        rows = rows.filter(pk__gt=row.last)
    people = rows.select_related("project", "assignee", "reviewer")
    assets = list(people.select_for_update(of=("self",)).order_by("pk")[:BATCH])
    if not assets:
        return False
    before = {asset.pk: state_of(asset) for asset in assets}
    events = _apply(principal, row, assets)
    _keep(principal, row, assets, before, events)
    return len(assets) == BATCH


def put_into_splits(principal: Principal, row: BulkChange) -> None:
    """Do a change whose request says by split which assets go there: `{"splits": {split: [ids]}}`."""
    for split, ids in sorted(row.request["splits"].items()):
        for start in range(0, len(ids), BATCH):
            rows = Asset.objects.filter(project=row.project, pk__in=ids[start : start + BATCH])
            people = rows.select_related("project", "assignee", "reviewer")
            assets = list(people.select_for_update(of=("self",)).order_by("pk"))
            before = {asset.pk: state_of(asset) for asset in assets}
            _put([asset for asset in assets if asset.split != split], split=split)
            if assets:
                _keep(principal, row, assets, before, [])
    _finish(principal, row)


def _keep(
    principal: Principal,
    row: BulkChange,
    assets: list[Asset],
    before: Mapping[uuid.UUID, dict[str, Any]],
    events: list[AssetEvent],
) -> None:
    """Write down what became of a batch, and tell. Call it last in the transaction."""
    items = []
    for asset in assets:
        after = state_of(asset)
        differing = [name for name, value in after.items() if before[asset.pk][name] != value]
        if differing:
            was = {name: before[asset.pk][name] for name in differing}
            items.append(
                BulkItem(change=row, asset=asset, before=was, after={name: after[name] for name in differing})
            )
    BulkItem.objects.bulk_create(items, batch_size=500)
    row.last = assets[-1].pk
    row.changed += len(items)
    row.save(update_fields=["last", "changed", "outcome", "updated_at"])
    tell(row.project, [item.asset for item in items], bool(row.request.get("delete")))
    review.record(principal, events)


def state_of(asset: Asset) -> dict[str, Any]:
    """What bulk changes touch of an asset, as JSON."""
    return {
        "split": asset.split,
        "tags": list(asset.tags),
        "review": asset.review,
        "assignee": str(asset.assignee_id) if asset.assignee_id else None,
        "reviewer": str(asset.reviewer_id) if asset.reviewer_id else None,
        "deleted_at": asset.deleted_at.isoformat() if asset.deleted_at else None,
        "project": str(asset.project_id),
        "name": asset.name,
    }


def _apply(principal: Principal, row: BulkChange, assets: list[Asset]) -> list[AssetEvent]:
    """Change the assets, which are locked."""
    request = row.request
    if request.get("delete"):
        _put(assets, deleted_at=timezone.now())
        return []
    if request.get("restore"):
        bring_back(assets)
        return []
    fields = dict(request.get("set") or {})
    note = fields.pop("note", "")
    reviewed = {name: fields.pop(name) for name in REVIEWED if name in fields}
    events = review.apply(principal, assets, _as_ids(reviewed), note) if reviewed or note else []
    if reviewed:
        _put(assets, **{name: getattr(assets[0], name) for name in reviewed})
    if "split" in fields:
        _put(assets, split=fields["split"])
    _set_tags(assets, request)
    if "move_to" in request:
        _move(principal, row, assets)
    return events


def _as_ids(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: uuid.UUID(str(value)) if name in review.PEOPLE and value else value
        for name, value in fields.items()
    }


def _put(assets: Sequence[Asset], **values: Any) -> None:
    for asset in assets:
        for name, value in values.items():
            setattr(asset, name, value)
    keys = [asset.pk for asset in assets]
    Asset.everything.filter(pk__in=keys).update(**values, updated_at=timezone.now())


def bring_back(assets: Iterable[Asset]) -> None:
    """Out of the trash; whose name another asset has meanwhile gets a number."""
    for asset in assets:
        asset.name = free_name(asset.project, asset.name)
        asset.deleted_at = None
        asset.save(update_fields=["name", "deleted_at", "updated_at"])


def _set_tags(assets: Sequence[Asset], request: Mapping[str, Any]) -> None:
    whole = (request.get("set") or {}).get("tags")
    adding, removing = set(request.get("add_tags") or ()), set(request.get("remove_tags") or ())
    if whole is None and not adding and not removing:
        return
    alike: dict[tuple[str, ...], list[Asset]] = {}
    for asset in assets:
        tags = sorted(((set(whole) if whole is not None else set(asset.tags)) | adding) - removing)
        if len(tags) > MAX_TAGS:
            message = f"{asset.name} would have more than {MAX_TAGS} tags"
            raise BadInput(f"{message}.", [FieldError("add_tags", message)])
        if tags != asset.tags:
            alike.setdefault(tuple(tags), []).append(asset)
    for same, few in alike.items():
        _put(few, tags=list(same))


def _move(principal: Principal, row: BulkChange, assets: list[Asset]) -> None:
    target = moving.target_of(principal, row.project, uuid.UUID(row.request["move_to"]))
    notes = row.outcome.setdefault("notes", [])
    classes, made = moving.class_names(principal, row.project, target)
    row.outcome["classes"] = row.outcome.get("classes", {}) | classes
    if made:
        notes.append(f"Classes made in {target.name}: {', '.join(made)}.")
    going = []
    for asset in assets:
        if why := moving.why_not(asset, target):
            if len(notes) < MAX_TOLD:
                notes.append(why)
        else:
            going.append(asset)
    moving.move(going, target, classes)


def tell(project: Project, assets: Sequence[Asset], gone: bool) -> None:
    """Tell who watches which assets changed, or are gone from here, or came here. Call it last."""
    by_project: dict[uuid.UUID, list[str]] = {}
    for asset in assets:
        by_project.setdefault(asset.project_id, []).append(str(asset.pk))
    for key, ids in sorted(by_project.items()):
        emit(f"project:{key}", "assets_deleted" if gone else "assets", {"ids": ids})
    left = [str(asset.pk) for asset in assets if asset.project_id != project.pk]
    if left:
        emit(f"project:{project.pk}", "assets_deleted", {"ids": left})


def _finish(principal: Principal, row: BulkChange) -> None:
    what = next((name for name in ("delete", "restore", "move_to") if row.request.get(name)), "update")
    said = {name: value for name, value in row.request.items() if name not in ("ids", "among", "splits")}
    detail = {**said, "ids": row.request.get("ids", [])[:100], "count": row.changed, "undo": str(row.pk)}
    action = {"move_to": "assets.move"}.get(what, f"assets.{what}")
    audit(principal, action, "project", row.project_id, row.project.workspace_id, detail)
