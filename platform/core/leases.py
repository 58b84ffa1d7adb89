"""Leases: who works on a row is decided by one conditional UPDATE, on every database and broker alike.

A worker claims a row, renews the claim at every step, and stops when the renewal fails. A worker that dies
simply stops renewing; the reaper re-sends the row when its lease has run out.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

logger = logging.getLogger(__name__)


class Leased(models.Model):
    """The columns of a row that one worker at a time may own."""

    lease_token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


def free(now: datetime) -> Q:
    """The rows nobody owns: never claimed, given back, or left by a worker that renews no more."""
    return Q(lease_token=None) | Q(lease_expires_at=None) | Q(lease_expires_at__lt=now)


def claim(queryset: QuerySet[Any], ttl: float, **changes: Any) -> uuid.UUID | None:
    """Own the one row of `queryset` for `ttl` seconds, setting `changes` with it.

    Returns the lease token, or None when another worker owns the row or its state no longer matches.
    """
    token = uuid.uuid4()
    now = timezone.now()
    won = queryset.filter(free(now)).update(
        lease_token=token,
        lease_expires_at=now + timedelta(seconds=ttl),
        attempts=F("attempts") + 1,
        **changes,
    )
    return token if won == 1 else None


def renew(model: type[models.Model], pk: Any, token: uuid.UUID, ttl: float, **changes: Any) -> bool:
    """Prolong a claim; False means it was lost and its holder must stop writing at once."""
    expires = timezone.now() + timedelta(seconds=ttl)
    held = model._default_manager.filter(pk=pk, lease_token=token)
    return held.update(lease_expires_at=expires, **changes) == 1


def release(model: type[models.Model], pk: Any, token: uuid.UUID, **changes: Any) -> bool:
    """Give a claim back, setting `changes` in the same UPDATE; False when it was lost before."""
    held = model._default_manager.filter(pk=pk, lease_token=token)
    return held.update(lease_token=None, lease_expires_at=None, **changes) == 1


_reapers: dict[str, Callable[[], None]] = {}


def reaper(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that exactly one worker process runs about every second."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _reapers[name] = function
        return function

    return register


def run_reapers() -> None:
    """Run every registered reaper once; one that fails is logged and does not stop the others."""
    for name, function in list(_reapers.items()):
        try:
            function()
        except Exception:
            logger.exception("reaper %s failed", name)
