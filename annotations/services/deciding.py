"""What a person makes of proposals: shapes of the image, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.principals import Principal
from annotations.geometry import GeometryError
from annotations.models import Annotation, Proposal
from annotations.selectors import annotations_of, as_dict
from annotations.services import claiming, store
from annotations.services.proposing import tell
from annotations.services.shapes import Drafts, Geometry, geometries_of
from core.errors import BadInput, Conflict, FieldError, StaleRevision
from projects.media.turns import heavy
from projects.models import Asset, Project

State = Proposal.State
# How often it is tried again because somebody else has changed the image meanwhile.
TRIES = 5
Answer = dict[str, Any]
Edits = Mapping[uuid.UUID, Mapping[str, Any]]


def accept(
    principal: Principal,
    asset: Asset,
    ids: Sequence[uuid.UUID] | None = None,
    min_score: float | None = None,
    edits: Mapping[str, Mapping[str, Any]] | None = None,
) -> Answer:
    """Make proposals shapes of the asset, as one revision; returns `{"revision", "accepted": [{"proposal",
    "annotation"}], "gone", "proposal_count"}`.

    What was accepted before is answered with what it became then. Raises BadInput naming what is wrong with
    an edit as `edits.<id>.polygons`, Conflict where the asset is approved.
    """
    changes = _by_id(edits or {})
    if ids is None and min_score is None and changes:
        ids = list(changes)
    for _ in range(TRIES):
        try:
            return _accept(principal, asset, ids, min_score or 0.0, changes)
        except StaleRevision:
            asset.refresh_from_db(fields=["revision", "review", "status"])
    raise Conflict("Others change this image all the time: try again.")


def _accept(
    principal: Principal,
    asset: Asset,
    ids: Sequence[uuid.UUID] | None,
    min_score: float,
    edits: Edits,
) -> Answer:
    store.check(asset)
    chosen = _there(asset, _chosen(asset, ids, min_score))
    # Later covers earlier: the better ones come on top.
    wanted = [row for row in reversed(chosen) if row.state != State.ACCEPTED]
    places, claims = _places(asset, wanted, edits)
    with store.writing():
        asset = store.lock(principal, asset, asset.revision)
        rows = {row.pk: row for row in Proposal.objects.filter(pk__in=[row.pk for row in wanted])}
        if any(rows[row.pk].state != row.state if row.pk in rows else True for row in wanted):
            raise StaleRevision("Somebody has decided on some of them meanwhile.")
        drafts = Drafts(asset, principal.user, places)
        change = _cuts(asset, claims)
        change.deleted += annotations_of(asset).filter(pk__in=_replaced(wanted))
        now = timezone.now()
        for row in wanted:
            where = _where(row)
            row.annotation = None
            if where in places:
                row.annotation = uuid.uuid4()
                shape = drafts.create(_body(row, edits.get(row.pk, {})), where, {})
                if shape is not None:
                    change.created.append(shape)
            row.state, row.decided_by, row.decided_at = State.ACCEPTED, principal.user, now
        drafts.raise_problems()
        asset = store.apply(principal.user, asset, change)
        _save(wanted)
        pending = asset.proposal_count
        if wanted:
            pending = tell(asset, "accepted", [row.pk for row in wanted])
    accepted = [
        {"proposal": str(row.pk), "annotation": str(row.annotation) if row.annotation else None}
        for row in chosen
    ]
    gone = [str(key) for key in ids or () if key not in {row.pk for row in chosen}]
    return {"revision": asset.revision, "accepted": accepted, "gone": gone, "proposal_count": pending}


def reject(
    principal: Principal,
    asset: Asset,
    ids: Sequence[uuid.UUID] | None = None,
    below: float | None = None,
) -> Answer:
    """Turn pending proposals down: those named, or that score less than `below`; neither means all."""
    with store.writing():
        asset = store.lock(principal, asset)
        rows = Proposal.objects.filter(asset=asset, state=State.PENDING)
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        elif below is not None:
            rows = rows.filter(score__lt=below)
        keys = list(rows.values_list("pk", flat=True))
        decided = {"decided_by": principal.user, "decided_at": timezone.now(), "updated_at": timezone.now()}
        Proposal.objects.filter(pk__in=keys).update(state=State.REJECTED, **decided)
        pending = tell(asset, "rejected", keys) if keys else asset.proposal_count
    return {"rejected": [str(key) for key in keys], "proposal_count": pending}


def reopen(principal: Principal, asset: Asset, ids: Sequence[uuid.UUID]) -> Answer:
    """Make decided proposals pending again; of those that were accepted the ones whose shape is gone."""
    with store.writing():
        asset = store.lock(principal, asset)
        rows = list(Proposal.objects.filter(asset=asset, pk__in=ids).exclude(state=State.PENDING))
        named = [row.annotation for row in rows if row.annotation]
        there = set(Annotation.objects.filter(pk__in=named).values_list("pk", flat=True))
        back = [row for row in rows if row.annotation not in there]
        for row in back:
            row.state, row.annotation, row.decided_by, row.decided_at = State.PENDING, None, None, None
        _save(back)
        keys = [row.pk for row in back]
        pending = tell(asset, "reopened", keys) if keys else asset.proposal_count
    return {"reopened": [str(key) for key in keys], "proposal_count": pending}


def _by_id(edits: Mapping[str, Mapping[str, Any]]) -> dict[uuid.UUID, Mapping[str, Any]]:
    found = {}
    for name, edit in edits.items():
        try:
            found[uuid.UUID(name)] = edit
        except ValueError:
            field = FieldError(f"edits.{name[:80]}", "is not the id of a proposal")
            raise BadInput(f"{field.field} {field.message}.", [field]) from None
    return found


def _chosen(asset: Asset, ids: Sequence[uuid.UUID] | None, min_score: float) -> list[Proposal]:
    rows = Proposal.objects.filter(asset=asset).order_by("-score", "id")
    if ids is not None:
        return list(rows.filter(pk__in=ids))
    return list(rows.filter(state=State.PENDING, score__gte=min_score))


def _there(asset: Asset, rows: list[Proposal]) -> list[Proposal]:
    """Without those whose shape to be changed is gone."""
    there = set(Annotation.objects.filter(asset=asset, pk__in=_replaced(rows)).values_list("pk", flat=True))
    done = State.ACCEPTED
    return [row for row in rows if row.replaces is None or row.state == done or row.replaces in there]


def _replaced(rows: Sequence[Proposal]) -> list[uuid.UUID]:
    """The shapes that the rows take the place of."""
    return [row.replaces for row in rows if row.replaces]


def _where(row: Proposal) -> str:
    return f"edits.{row.pk}"


def _body(row: Proposal, edit: Mapping[str, Any]) -> dict[str, Any]:
    """The shape as a client would send it; its place is found by where it stands."""
    assert row.annotation is not None
    body = {
        "id": row.annotation,
        "class": edit.get("class", row.label_class_id),
        "source": Annotation.Source.MODEL,
        "score": row.score,
    }
    given = ("attributes", *Annotation.Kind.values)
    return {**body, **{name: edit[name] for name in given if edit.get(name) is not None}}


def _places(
    asset: Asset, rows: Sequence[Proposal], edits: Edits
) -> tuple[dict[str, Geometry | GeometryError], claiming.Claims]:
    """Where each shape comes to lie (none for those of which nothing is left), and what becomes of the
    others; done before the transaction opens, at the asset's revision.
    """
    given = [(_where(row), dict(edits.get(row.pk, {}))) for row in rows]
    drawn = geometries_of(asset, given)
    places: dict[str, Geometry | GeometryError] = {}
    replaced = _replaced(rows)
    rows = [row for row in rows if not row.removes]
    for row in rows:
        proposed = Geometry(row.kind, row.geometry, row.bbox, row.area)
        places[_where(row)] = drawn.get(_where(row), proposed)
    broken = any(isinstance(place, GeometryError) for place in places.values())
    if asset.project.task != Project.Task.SEMANTIC or broken or not rows:
        return places, claiming.Claims()
    existing = list(annotations_of(asset).exclude(pk__in=replaced))
    # The best ones first: of two proposals they get the pixels.
    order = list(reversed(rows))
    wanted = []
    for row in order:
        place = places[_where(row)]
        assert isinstance(place, Geometry)
        label_class = edits.get(row.pk, {}).get("class", row.label_class_id)
        wanted.append(claiming.Wanted(label_class, place, _where(row) in drawn))
    with heavy:
        claims = claiming.claim(existing, wanted, asset.height, asset.width)
    made = zip(order, claims.made, strict=True)
    return {_where(row): place for row, place in made if place is not None}, claims


def _cuts(asset: Asset, claims: claiming.Claims) -> store.Change:
    """The shapes that something was taken from, as rows to write."""
    change = store.Change()
    now = timezone.now()
    for shape in annotations_of(asset).filter(pk__in=claims.cut):
        place = claims.cut[shape.pk]
        if place is None:
            change.deleted.append(shape)
            continue
        before = as_dict(shape)
        shape.kind, shape.geometry, shape.bbox, shape.area = place
        shape.updated_at = now
        change.updated.append((before, shape))
    return change


def _save(rows: Sequence[Proposal]) -> None:
    now = timezone.now()
    for row in rows:
        row.updated_at = now
    columns = ["state", "annotation", "decided_by", "decided_at", "updated_at"]
    Proposal.objects.bulk_update(rows, columns, batch_size=200)
