"""What a worker does beside its tasks: say that it is alive, and take turns at the platform-wide loop.

The loop runs the reapers every second in exactly one worker of the queue `default`, decided by a lease.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import close_old_connections, connection
from django.utils import timezone

from core import leases
from core.models import LoopLease

INTERVAL = 1.0
LEASE_SECONDS = 6.0
logger = logging.getLogger(__name__)


def start(queues: Iterable[str]) -> threading.Event:
    """Start the loop in a daemon thread; set the returned event to end it."""
    stop = threading.Event()
    threading.Thread(target=_loop, args=(stop, set(queues)), name="ticker", daemon=True).start()
    return stop


def is_alive(queue: str) -> bool:
    """Whether a worker of the queue has been seen within the last seconds."""
    return LoopLease.objects.filter(name=f"worker:{queue}", lease_expires_at__gt=timezone.now()).exists()


def _loop(stop: threading.Event, queues: set[str]) -> None:
    token: uuid.UUID | None = None
    while True:
        try:
            close_old_connections()
            for queue in queues:
                beat(queue)
            if "default" in queues:
                token = tick(token)
        except Exception:
            logger.exception("the ticker failed; trying again")
            token = None
        if stop.wait(INTERVAL):
            break
    if token:
        leases.release(LoopLease, "reaper", token)
    connection.close()


def beat(queue: str) -> None:
    """Say that a worker of the queue lives."""
    expires = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    LoopLease.objects.update_or_create(name=f"worker:{queue}", defaults={"lease_expires_at": expires})


def tick(token: uuid.UUID | None) -> uuid.UUID | None:
    """One turn: hold or take the lease, and run the reapers while it is ours. Returns the token held."""
    if token is None or not leases.renew(LoopLease, "reaper", token, LEASE_SECONDS):
        LoopLease.objects.get_or_create(name="reaper")
        token = leases.claim(LoopLease.objects.filter(name="reaper"), LEASE_SECONDS)
    if token:
        leases.run_reapers()
    return token
