"""Giving images to several people each, who label them without seeing each other's work."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from annotations.agreement.dealing import deal
from annotations.models import Answer
from core.errors import BadInput, FieldError, NotFound
from core.events import emit
from projects.asset_selectors import chosen_by
from projects.models import Asset, Project
from projects.people import person
from projects.services.review import member

MAX_ASSETS = 10_000
LEAST_OVERLAP = 2


@dataclass
class Asked:
    """How many images each person was asked about, and what to know about it."""

    counts: list[tuple[User, int]] = field(default_factory=list)
    assets: int = 0
    warnings: list[str] = field(default_factory=list)


def people_of(project: Project, ids: Sequence[uuid.UUID]) -> list[User]:
    """The people of a request; raises BadInput naming each who cannot annotate."""
    found = []
    for index, each in enumerate(ids):
        try:
            user = member(project.workspace_id, each, "assignee")
        except BadInput as error:
            message = error.errors[0].message
            raise BadInput(f"people: {message}.", [FieldError(f"people.{index}", message)]) from error
        assert user is not None
        found.append(user)
    if len({user.pk for user in found}) != len(found):
        raise BadInput("people names somebody twice.", [FieldError("people", "names somebody twice")])
    return found


def ask(
    principal: Principal,
    project: Project,
    people: Sequence[User],
    overlap: int,
    *,
    ids: Sequence[uuid.UUID] | None = None,
    filters: Mapping[str, str] | None = None,
) -> Asked:
    """Give each image to `overlap` people. Answers that are there count: asking again asks nobody twice.

    The same request on the same data gives the same work. Raises BadInput where there are fewer people than
    asked for, or no image; NotFound where an id is not of the project.
    """
    if not LEAST_OVERLAP <= overlap <= len(people):
        message = f"must lie between {LEAST_OVERLAP} and the number of people ({len(people)})"
        raise BadInput(f"overlap {message}.", [FieldError("overlap", message)])
    with transaction.atomic():
        # One round at a time a project: two at once would ask too many.
        Project.objects.select_for_update().get(pk=project.pk)
        result = Asked(counts=[(user, 0) for user in people])
        assets = _chosen(principal, project, ids, filters, result)
        have: dict[uuid.UUID, list[uuid.UUID]] = {}
        given = Answer.objects.filter(asset__in=assets).order_by("created_at", "id")
        for asset_id, user_id in given.values_list("asset_id", "user_id"):
            have.setdefault(asset_id, []).append(user_id)
        dealt = deal([asset.pk for asset in assets], [user.pk for user in people], overlap, have)
        rows = [Answer(asset_id=asset, user_id=user, asked_by=principal.user) for asset, user in dealt]
        # Somebody may have begun an answer of their own accord this very moment.
        Answer.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        counts = Counter(user for _, user in dealt)
        result.counts = [(user, counts[user.pk]) for user in people]
        result.assets = len({asset for asset, _ in dealt})
        if full := len(assets) - result.assets:
            result.warnings.append(f"{full} images have {overlap} people or more already.")
        detail = {"overlap": overlap, "people": {str(user.pk): n for user, n in result.counts}}
        audit(principal, "consensus.ask", "project", project.pk, project.workspace_id, detail)
        emit(f"project:{project.pk}", "answers", {"asked": len(dealt)})
    return result


def _chosen(
    principal: Principal,
    project: Project,
    ids: Sequence[uuid.UUID] | None,
    filters: Mapping[str, str] | None,
    result: Asked,
) -> list[Asset]:
    """The images to give out, oldest first."""
    assets = Asset.objects.filter(project=project)
    if ids is not None:
        assets = assets.filter(pk__in=ids)
        if assets.count() != len(set(ids)):
            raise NotFound("Some of these assets are not in the project; nobody was asked.")
    else:
        assets = chosen_by(assets, filters or {}, principal.user)
    images = _images(assets)
    if left_out := assets.count() - len(images):
        result.warnings.append(f"{left_out} assets are left out: only images that are ready are given out.")
    if not images:
        raise BadInput("There is no image among these.", [FieldError("assets", "holds no image")])
    if len(images) > MAX_ASSETS:
        message = f"at most {MAX_ASSETS} are given out at once; these are {len(images)}"
        raise BadInput(f"assets: {message}.", [FieldError("assets", message)])
    return images


def _images(assets: QuerySet[Asset]) -> list[Asset]:
    ready = assets.filter(status=Asset.Status.READY, media=Asset.Media.IMAGE)
    return list(ready.order_by("created_at", "pk").only("pk"))


def summary(result: Asked) -> dict[str, Any]:
    """What the request is answered with."""
    return {
        "assigned": sum(count for _, count in result.counts),
        "assets": result.assets,
        "people": [{"user": person(user), "count": count} for user, count in result.counts],
        "warnings": result.warnings,
    }
