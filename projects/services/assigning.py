"""Giving out work: many assets to several people, each a share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, FieldError, NotFound
from core.events import emit
from projects.asset_selectors import filtered
from projects.models import Asset, AssetEvent, Project
from projects.people import person
from projects.services import review

MAX_AT_ONCE = 100_000


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

    Raises NotFound where an id is not of the project, BadInput where nothing is chosen.
    """
    assets = _chosen(principal, project, ids, filters)
    if only_unassigned:
        assets = assets.filter(**{f"{role}_id": None})
    rows = assets.select_related("project", "assignee", "reviewer").select_for_update(of=("self",))
    work = list(rows.order_by("created_at", "pk"))
    if len(work) > MAX_AT_ONCE:
        raise BadInput(f"At most {MAX_AT_ONCE} assets are given out at once; these are {len(work)}.")
    result = Assigned()
    events: list[AssetEvent] = []
    counts = dict.fromkeys([share.user.pk for share in shares], 0)
    own = 0
    for asset, user in zip(work, _dealt(work, shares, role), strict=True):
        counts[user.pk] += 1
        own += role == "reviewer" and asset.assignee_id == user.pk
        events += review.assign(principal, asset, role, user)
    result.counts = [(share.user, counts[share.user.pk]) for share in shares]
    if own:
        result.warnings.append(f"{own} assets are reviewed by who annotates them: nobody else was named.")
    Asset.objects.bulk_update(work, [role], batch_size=500)
    detail = {"role": role, "people": {str(user.pk): count for user, count in result.counts}}
    audit(principal, "assets.assign", "project", project.pk, project.workspace_id, detail)
    emit(f"project:{project.pk}", "assets", {"ids": [str(asset.pk) for asset in work[:10_000]]})
    review.record(principal, events)
    return result


def _chosen(
    principal: Principal,
    project: Project,
    ids: Sequence[uuid.UUID] | None,
    filters: Mapping[str, str] | None,
) -> QuerySet[Asset]:
    assets = Asset.objects.filter(project=project)
    if ids is None:
        return filtered(assets, filters or {}, principal.user)
    chosen = assets.filter(pk__in=ids)
    if chosen.count() != len(set(ids)):
        raise NotFound("Some of these assets are not in the project; nothing was changed.")
    return chosen


def parts(count: int, shares: Sequence[float]) -> list[int]:
    """`count` divided by shares into whole numbers: each gets the whole part of its own, and what is left
    goes one by one to the largest remainders (Hamilton's method), the first of equals before the others.
    """
    whole = sum(shares)
    exact = [count * share / whole for share in shares]
    found = [int(value) for value in exact]
    order = sorted(range(len(shares)), key=lambda n: (found[n] - exact[n], n))
    for n in order[: count - sum(found)]:
        found[n] += 1
    return found


def _dealt(work: Sequence[Asset], shares: Sequence[Share], role: str) -> list[User]:
    """Who gets each asset: people in turn as long as they want more, each spread over the whole list. Nobody
    reviews what they annotate while somebody else with work to take is there.
    """
    left = parts(len(work), [share.share for share in shares])
    wanted = list(left)
    dealt = []
    for asset in work:
        free = [n for n in range(len(shares)) if left[n] > 0]
        if role == "reviewer":
            others = [n for n in free if shares[n].user.pk != asset.assignee_id]
            anybody = [
                n for n, share in enumerate(shares) if share.user.pk != asset.assignee_id and share.share
            ]
            free = others or anybody or free
        # Whoever has the largest part of their share still to come.
        best = max(free, key=lambda n: (left[n] / max(wanted[n], 1), -n))
        left[best] -= 1
        dealt.append(shares[best].user)
    return dealt


def summary(result: Assigned) -> dict[str, Any]:
    """What the request is answered with."""
    return {
        "assigned": sum(count for _, count in result.counts),
        "people": [{"user": person(user), "count": count} for user, count in result.counts],
        "warnings": result.warnings,
    }
