"""An asset's way through review, and whose work it is."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.models import Member, User
from accounts.principals import Principal
from accounts.selectors import may
from accounts.services import audit
from core.errors import BadInput, Conflict, FieldError, Forbidden
from core.events import emit_each
from projects.models import Asset, AssetEvent
from projects.people import person

Review = Asset.Review
# What only who may review says of an asset, and takes back.
JUDGED = (Review.APPROVED, Review.REJECTED)
PEOPLE = tuple(Asset.WorkRole.values)
# Who has an asset open hears of it through its own topic up to here, through the project's beyond.
MAX_TOLD = 500


def apply(
    principal: Principal, assets: list[Asset], fields: dict[str, Any], note: str = ""
) -> list[AssetEvent]:
    """Set `review`, `assignee` and `reviewer` on assets of one project, as far as they are given; nothing is
    saved yet.

    Returns what happened, to be recorded. Raises Forbidden naming the step, BadInput for who is no member.
    """
    events: list[AssetEvent] = []
    if not assets:
        return events
    workspace = assets[0].project.workspace_id
    judges = may(principal, workspace, "review")
    for role in PEOPLE:
        if role in fields:
            user = member(workspace, fields[role], role)
            for asset in assets:
                _check_hands(principal, asset, role, user, judges)
                events += assign(principal, asset, role, user)
    if note and "review" not in fields:
        message = "says why of a step: give `review`, too"
        raise BadInput(f"note {message}.", [FieldError("note", message)])
    if "review" in fields:
        for asset in assets:
            events += _move(principal, asset, fields["review"], note, judges)
    return events


def _check_hands(principal: Principal, asset: Asset, role: str, user: User | None, judges: bool) -> None:
    """Whoever annotates takes free work and gives it back; who reviews gives work to others."""
    mine = {None, principal.user.pk}
    before = getattr(asset, f"{role}_id")
    if judges or (role == "assignee" and before in mine and (user.pk if user else None) in mine):
        return
    raise Forbidden(
        f"To give {asset.name} to somebody else takes a reviewer, an engineer, an admin or the owner; "
        "free work you can take yourself."
    )


def _move(principal: Principal, asset: Asset, to: str, note: str, judges: bool) -> list[AssetEvent]:
    before = asset.review
    if before == to and not note:
        return []
    if not judges and (to in JUDGED or before == Review.APPROVED):
        raise Forbidden(
            f"{asset.name} is {before}: to make it {to} takes a reviewer, an engineer, an admin or the owner."
        )
    asset.review = to
    detail = {"from": before, "to": to, **({"note": note} if note else {})}
    return [AssetEvent(asset=asset, kind=AssetEvent.Kind.REVIEW, actor=principal.user, detail=detail)]


def assign(principal: Principal, asset: Asset, role: str, user: User | None) -> list[AssetEvent]:
    """Give the asset to a person, as `assignee` or `reviewer`; not saved yet."""
    before: User | None = getattr(asset, role)
    if before == user:
        return []
    setattr(asset, role, user)
    detail = {"role": role, "from": person(before), "to": person(user)}
    return [AssetEvent(asset=asset, kind=AssetEvent.Kind.ASSIGNMENT, actor=principal.user, detail=detail)]


def member(workspace_id: uuid.UUID, user_id: uuid.UUID | None, field: str) -> User | None:
    """Somebody of the workspace who may annotate; raises BadInput naming the field."""
    if user_id is None:
        return None
    found = Member.objects.select_related("user").filter(workspace_id=workspace_id, user_id=user_id).first()
    if found is None:
        message = "is no member of this workspace"
        raise BadInput(f"{field} {message}.", [FieldError(field, message)])
    needed = "annotate" if field == "assignee" else "review"
    if needed not in Principal(found.user).actions(found.role):
        message = f"{found.user.name or found.user.email} is {found.role}: that role does not {needed}"
        raise BadInput(f"{field}: {message}.", [FieldError(field, message)])
    return found.user


def edited(asset: Asset, actor: User | None, has_shapes: bool) -> list[AssetEvent]:
    """The step that an edit of the shapes is by itself: what was rejected, and what gets its first shape, is
    in progress. Not saved yet.
    """
    before = asset.review
    if before != Review.REJECTED and not (before == Review.TODO and has_shapes):
        return []
    asset.review = Review.IN_PROGRESS
    detail = {"from": before, "to": asset.review}
    return [AssetEvent(asset=asset, kind=AssetEvent.Kind.REVIEW, actor=actor, detail=detail)]


def record(principal: Principal, events: list[AssetEvent]) -> None:
    """Write down what somebody decided, and tell who has one of the assets open. Call it last in the
    transaction.
    """
    keep(events)
    for kind, role in (("review", None), *(("assignment", role) for role in PEOPLE)):
        alike = [event for event in events if event.kind == kind and event.detail.get("role") == role]
        if not alike:
            continue
        detail = {
            **({"role": role} if role else {}),
            "to": alike[0].detail["to"],
            "count": len(alike),
            "assets": [str(event.asset_id) for event in alike[:100]],
        }
        project = alike[0].asset.project
        action = "assets.assign" if role else "assets.review"
        audit(principal, action, "project", project.pk, project.workspace_id, detail)


def keep(events: list[AssetEvent]) -> None:
    """Write down what happened to assets, and tell who has one of them open."""
    AssetEvent.objects.bulk_create(events, batch_size=500)
    told = {event.asset_id: event.asset for event in events[:MAX_TOLD]}
    emit_each("review", {f"asset:{asset.pk}": state(asset) for asset in told.values()})


def state(asset: Asset) -> dict[str, Any]:
    """What is said of an asset's review."""
    return {
        "review": asset.review,
        "assignee": person(asset.assignee),
        "reviewer": person(asset.reviewer),
    }


def check_open(principal: Principal, asset: Asset) -> None:
    """Raises Conflict where the asset is approved and the caller may not judge it."""
    if asset.review == Review.APPROVED and not may(principal, asset.project.workspace_id, "review"):
        raise Conflict(f"{asset.name} is approved: ask a reviewer to reopen it.")
