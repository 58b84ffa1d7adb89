"""Trashes are emptied: what has lain there for thirty days goes for good, as does what undoes old changes."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotations.services.sweeping import remember_names
from projects.models import Asset, BulkChange, Project

KEEP = timedelta(days=30)
EVERY_SECONDS = 600.0
AT_ONCE = 500
_last = -EVERY_SECONDS


def empty_now_and_then() -> None:
    """For the ticker, which calls every second."""
    global _last
    now = time.monotonic()
    if now - _last < EVERY_SECONDS:
        return
    _last = now
    empty_trashes()


def empty_trashes() -> int:
    """Remove what went to the trash more than thirty days ago; returns how many assets."""
    before = timezone.now() - KEEP
    old = Asset.everything.filter(deleted_at__lt=before).order_by()
    removed = 0
    for project in Project.objects.filter(pk__in=old.values("project")):
        while gone := _some_go(project):
            removed += gone
    # Whoever undoes a change looks at its age as well.
    BulkChange.objects.filter(created_at__lt=before - timedelta(days=1)).delete()
    return removed


@transaction.atomic
def _some_go(project: Project) -> int:
    """A few hundred at a time: nobody waits long for them."""
    old = Asset.everything.filter(project=project, deleted_at__lt=timezone.now() - KEEP).order_by("pk")
    rows = list(old.select_for_update().values_list("pk", "storage_key")[:AT_ONCE])
    if rows:
        remember_names(project.workspace_id, sorted({key for _, key in rows if key}))
        Asset.everything.filter(pk__in=[pk for pk, _ in rows]).delete()
    return len(rows)
