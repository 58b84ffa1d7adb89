"""The server's minutes become rows, again and again the same ones until a minute is over."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.errors import Unavailable
from deployments import inference
from deployments.models import Deployment, DeploymentMinute
from deployments.services.sampling import clear_left_behind

EVERY_SECONDS = 10.0
PRUNE_SECONDS = 3600.0
KEPT = timedelta(days=30)
# Scores of the first so many answers of a version are what later ones are compared with.
REFERENCE_ANSWERS = 200
KEY = ("deployment", "version", "server", "minute")
COUNTS = ("requests", "errors", "latency", "queue", "batches", "labels", "seen", "confidence", "shadow")
logger = logging.getLogger(__name__)
_collected_at = 0.0
_pruned_at = 0.0
# The last minute that was collected of which start of the server: from there on, the next look goes.
_reached: tuple[str, float] = ("", 0.0)


def collect_now_and_then() -> None:
    """Called every second: looks every few, and tidies up every hour."""
    global _collected_at, _pruned_at
    now = time.monotonic()
    if now - _collected_at > EVERY_SECONDS:
        _collected_at = now
        collect()
    if now - _pruned_at > PRUNE_SECONDS:
        _pruned_at = now
        prune()
        clear_left_behind()


def collect() -> None:
    """Take over what the server has counted since the last look; it keeps an hour of it."""
    global _reached
    server, since = _reached
    try:
        answer = inference.minutes(since)
        if answer["server"] != server:
            answer = inference.minutes(0)
    except Unavailable:
        return
    rows = _rows(answer)
    DeploymentMinute.objects.bulk_create(rows, update_conflicts=True, unique_fields=KEY, update_fields=COUNTS)
    newest = max((minute["minute"] for minute in answer["minutes"]), default=0.0)
    _reached = (answer["server"], newest)


def prune() -> None:
    """Forget minutes older than a month, but for those that a version's scores are compared with."""
    cutoff = timezone.now() - KEPT
    old = DeploymentMinute.objects.filter(minute__lt=cutoff).order_by()
    for deployment, version in list(old.values_list("deployment", "version").distinct()):
        mine = DeploymentMinute.objects.filter(deployment=deployment, version=version)
        first = [row.pk for row in first_answers(mine)]
        mine.filter(minute__lt=cutoff).exclude(pk__in=first).delete()


def first_answers(minutes: QuerySet[DeploymentMinute]) -> list[DeploymentMinute]:
    """The first minutes of a version that hold its first answers together; all there are while fewer came."""
    found, seen = [], 0
    for row in minutes.filter(seen__gt=0).order_by("minute", "pk").only("minute", "seen", "confidence"):
        found.append(row)
        seen += row.seen
        if seen >= REFERENCE_ANSWERS:
            break
    return found


def _rows(answer: dict[str, Any]) -> list[DeploymentMinute]:
    names = {minute["model"] for minute in answer["minutes"]}
    named = [pk for pk in map(_uuid, names) if pk is not None]
    rows = Deployment.objects.filter(pk__in=named).values_list("pk", flat=True)
    known = {str(pk): pk for pk in rows}
    return [
        DeploymentMinute(
            deployment_id=known[minute["model"]],
            version=minute["version"],
            server=answer["server"],
            minute=datetime.fromtimestamp(minute["minute"], UTC),
            **{name: minute[name] for name in COUNTS},
        )
        for minute in answer["minutes"]
        if minute["model"] in known
    ]


def _uuid(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name)
    except ValueError:
        return None
