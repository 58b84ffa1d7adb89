"""Putting pictures that look alike into one split, so that nothing is measured on what was trained on."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.principals import Principal
from core.errors import BadInput, FieldError
from projects.models import Asset, BulkChange, Project
from projects.near_duplicates import Group, groups_of
from projects.services import bulk

# What everything goes to where as many are in one split as in another.
PREFERRED = (Asset.Split.TRAIN, Asset.Split.VAL, Asset.Split.TEST)


@transaction.atomic
def mend(
    principal: Principal,
    project: Project,
    distance: int,
    split: str | None = None,
    assets: Sequence[uuid.UUID] | None = None,
) -> dict[str, Any]:
    """Put every leaking group into one split: the one given, or the one that most of the group are in. With
    `assets`, only the groups that these are in. Answered and undone as any bulk change.

    Raises BadInput where none of the assets looks like another one.
    """
    groups = [group for group in groups_of(project.pk, distance) if group.leaks or assets is not None]
    if assets is not None:
        wanted = set(assets)
        groups = [group for group in groups if wanted.intersection(group.assets)]
        if not groups:
            message = "none of these looks like another picture of the project"
            raise BadInput(f"assets: {message}.", [FieldError("assets", message)])
    by_split: dict[str, list[str]] = {}
    for group in groups:
        goal = split or _commonest(group)
        if goal:
            by_split.setdefault(goal, []).extend(str(key) for key in group.assets)
    request = {"ids": [], "splits": by_split}
    row = BulkChange.objects.create(project=project, request=request, created_by=principal.user)
    bulk.put_into_splits(principal, row)
    return bulk.answer(row)


def _commonest(group: Group) -> str | None:
    found = Asset.objects.filter(pk__in=group.assets).exclude(split=None)
    counts = Counter(found.values_list("split", flat=True))
    return max(PREFERRED, key=lambda name: counts[name]) if counts else None
