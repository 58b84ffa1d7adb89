"""The platform-wide loop: one thread in one worker, decided by a lease, runs the reapers every second."""

from __future__ import annotations

import logging
import threading
import uuid

from django.db import close_old_connections, connection

from core import leases
from core.models import LoopLease

INTERVAL = 1.0
LEASE_SECONDS = 6.0
logger = logging.getLogger(__name__)


def start() -> threading.Event:
    """Start the loop in a daemon thread; set the returned event to end it."""
    stop = threading.Event()
    threading.Thread(target=_loop, args=(stop,), name="ticker", daemon=True).start()
    return stop


def _loop(stop: threading.Event) -> None:
    token: uuid.UUID | None = None
    while not stop.wait(INTERVAL):
        try:
            close_old_connections()
            token = tick(token)
        except Exception:
            logger.exception("the ticker failed; trying again")
            token = None
    if token:
        leases.release(LoopLease, "reaper", token)
    connection.close()


def tick(token: uuid.UUID | None) -> uuid.UUID | None:
    """One turn: hold or take the lease, and run the reapers while it is ours. Returns the token held."""
    if token is None or not leases.renew(LoopLease, "reaper", token, LEASE_SECONDS):
        LoopLease.objects.get_or_create(name="reaper")
        token = leases.claim(LoopLease.objects.filter(name="reaper"), LEASE_SECONDS)
    if token:
        leases.run_reapers()
    return token
