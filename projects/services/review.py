"""An asset's way through review, and whose work it is."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.models import Member, User
from accounts.principals import Principal
from accounts.selectors import may
from accounts.services import audit
from core.errors import BadInput, Conflict, FieldError, Forbidden
from core.events import emit
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


def record(principal: Principal, events: list[AssetEvent]) -> None:
    """Write down what happened, and tell who has one of the assets open. Call it last in the transaction."""
    AssetEvent.objects.bulk_create(events, batch_size=500)
    moved = [event for event in events if event.kind == AssetEvent.Kind.REVIEW]
    if moved:
        project = moved[0].asset.project
        detail = {
            "to": moved[0].detail["to"],
            "count": len(moved),
            "assets": [str(event.asset_id) for event in moved[:100]],
        }
        audit(principal, "assets.review", "project", project.pk, project.workspace_id, detail)
    told = {event.asset_id: event.asset for event in events[:MAX_TOLD]}
    for asset in told.values():
        emit(f"asset:{asset.pk}", "review", state(asset))


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
