"""Giving out work: many assets to several people, each a share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, FieldError, NotFound
from core.events import emit
from projects.asset_selectors import chosen_by
from projects.dealing import deal, parts
from projects.models import Asset, AssetEvent, Project
from projects.people import person
from projects.services import review

MAX_AT_ONCE = 100_000
BATCH = 500
# What giving out asks of an asset: there can be very many.
COLUMNS = (
    "project",
    "name",
    "status",
    "review",
    "created_at",
    *(f"{role}{column}" for role in Asset.WorkRole.values for column in ("", "__name", "__email")),
)


@dataclass(frozen=True)
class Share:
    """Somebody, and how much of the work they take, relative to the others."""

    user: User
    share: float = 1.0


@dataclass
class Assigned:
    """How many assets each person was given, and what to know about it."""

    counts: list[tuple[User, int]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def shares_of(project: Project, people: Sequence[Mapping[str, Any]], role: str) -> list[Share]:
    """The people of a request; raises BadInput naming each who cannot do it."""
    found = []
    for index, each in enumerate(people):
        try:
            user = review.member(project.workspace_id, each["user"], role)
        except BadInput as error:
            message = error.errors[0].message
            raise BadInput(f"people: {message}.", [FieldError(f"people.{index}.user", message)]) from error
        assert user is not None
        found.append(Share(user, float(each.get("share", 1))))
    if len({share.user.pk for share in found}) != len(found):
        raise BadInput(errors=[FieldError("people", "names somebody twice")])
    if not sum(share.share for share in found) > 0:
        raise BadInput(errors=[FieldError("people", "give at least one of them a share above 0")])
    return found


@transaction.atomic
def assign(
    principal: Principal,
    project: Project,
    role: str,
    shares: Sequence[Share],
    *,
    ids: Sequence[uuid.UUID] | None = None,
    filters: Mapping[str, str] | None = None,
    only_unassigned: bool = True,
) -> Assigned:
    """Give assets to people by their shares; the same request on the same data gives the same work.

    Raises NotFound where an id is not of the project, BadInput naming a filter that is none.
    """
    assets = _chosen(principal, project, ids, filters)
    if only_unassigned:
        assets = assets.filter(**{f"{role}_id": None})
    rows = assets.select_related("assignee", "reviewer").only(*COLUMNS).select_for_update(of=("self",))
    if (count := assets.count()) > MAX_AT_ONCE:
        raise BadInput(f"At most {MAX_AT_ONCE} assets are given out at once; these are {count}.")
    # Locked in the order in which everybody locks, given out oldest first.
    found = sorted(rows.order_by("pk"), key=lambda asset: (asset.created_at, asset.pk))
    # There is nothing to see on what cannot be read.
    work = [asset for asset in found if asset.status != Asset.Status.REJECTED]
    barred = _barred(work, shares, role)
    events: list[AssetEvent] = []
    given: list[list[Asset]] = [[] for _ in shares]
    for asset, number in zip(work, deal(barred, [share.share for share in shares]), strict=True):
        given[number].append(asset)
        events += review.assign(principal, asset, role, shares[number].user)
    counts = [len(theirs) for theirs in given]
    result = Assigned([(share.user, count) for share, count in zip(shares, counts, strict=True)])
    if unreadable := len(found) - len(work):
        result.warnings.append(f"Given to nobody, because they cannot be read: {unreadable}.")
    result.warnings += _told(work, barred, shares, counts, role)
    for share, theirs in zip(shares, given, strict=True):
        for few in _batches([asset.pk for asset in theirs]):
            Asset.objects.filter(pk__in=few).update(**{role: share.user}, updated_at=timezone.now())
    detail = {"role": role, "people": {str(user.pk): count for user, count in result.counts}}
    audit(principal, "assets.assign", "project", project.pk, project.workspace_id, detail)
    emit(f"project:{project.pk}", "assets", {"ids": [str(asset.pk) for asset in work[:10_000]]})
    review.keep(events)
    return result


def _chosen(
    principal: Principal,
    project: Project,
    ids: Sequence[uuid.UUID] | None,
    filters: Mapping[str, str] | None,
) -> QuerySet[Asset]:
    assets = Asset.objects.filter(project=project)
    if ids is None:
        return chosen_by(assets, filters or {}, principal.user)
    chosen = assets.filter(pk__in=ids)
    if chosen.count() != len(set(ids)):
        raise NotFound("Some of these assets are not in the project; nothing was changed.")
    return chosen


def _batches(keys: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _barred(work: Sequence[Asset], shares: Sequence[Share], role: str) -> list[int | None]:
    """Whose own each asset is: nobody judges what they annotate, whichever of both is given out."""
    other = "assignee" if role == "reviewer" else "reviewer"
    numbers = {share.user.pk: number for number, share in enumerate(shares)}
    return [numbers.get(getattr(asset, f"{other}_id")) for asset in work]


def _told(
    work: Sequence[Asset],
    barred: Sequence[int | None],
    shares: Sequence[Share],
    counts: Sequence[int],
    role: str,
) -> list[str]:
    """What is not as the request would have it, because nobody judges their own."""
    if own := sum(asset.assignee_id is not None and asset.assignee_id == asset.reviewer_id for asset in work):
        return [f"Reviewed by who annotates them, because nobody else was named: {own}."]
    does = "annotates" if role == "reviewer" else "reviews"
    asked = parts(len(work), [share.share for share in shares])
    return [
        f"{share.user.name or share.user.email} {does} {barred.count(number)} of these already, and nobody "
        f"does both: {count} instead of {asked[number]}."
        for number, (share, count) in enumerate(zip(shares, counts, strict=True))
        if count < asked[number]
    ]


def summary(result: Assigned) -> dict[str, Any]:
    """What the request is answered with."""
    return {
        "assigned": sum(count for _, count in result.counts),
        "people": [{"user": person(user), "count": count} for user, count in result.counts],
        "warnings": result.warnings,
    }
