"""Pictures of a project that look alike, in groups: those that several splits share come first.

Reckoned once for every state of a project: whatever changes in it has a number in its stream of events.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.db.models import QuerySet

from core import events
from projects.models import Asset
from projects.similar import groups

# Of a difference hash: photographs of one motif moments apart, or one picture scaled and compressed anew.
DEFAULT_DISTANCE = 6
KEEP_SECONDS = 3600


@dataclass(frozen=True)
class Group:
    """Assets that look alike, oldest first, with the splits that they are in."""

    assets: list[uuid.UUID]
    splits: list[str]

    @property
    def leaks(self) -> bool:
        """Whether what is trained on is measured on, too."""
        return len(self.splits) > 1


def groups_of(project_id: uuid.UUID, distance: int = DEFAULT_DISTANCE) -> list[Group]:
    """The groups of the project's pictures, leaking ones first, then the largest."""
    key = f"near-duplicates:{project_id}:{distance}:{events.head(f'project:{project_id}')}"
    kept: list[Group] | None = cache.get(key)
    if kept is None:
        kept = _reckoned(project_id, distance)
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def hashed(project_id: uuid.UUID) -> QuerySet[Asset]:
    """The pictures that can be compared."""
    return Asset.objects.filter(project_id=project_id, phash__isnull=False)


def similar_assets(project_id: uuid.UUID) -> list[uuid.UUID]:
    """Every asset of the project that looks like another one."""
    return [asset for group in groups_of(project_id) for asset in group.assets]


def _reckoned(project_id: uuid.UUID, distance: int) -> list[Group]:
    rows = list(
        hashed(project_id).order_by("created_at", "id").values_list("pk", "phash", "split").iterator()
    )
    hashes = np.array([phash for _, phash, _ in rows], dtype=np.int64)
    found = []
    for members in groups(hashes, distance):
        splits = {split for place in members if (split := rows[place][2])}
        found.append(Group([rows[place][0] for place in members], sorted(splits)))
    return sorted(found, key=lambda group: (not group.leaks, -len(group.assets)))
