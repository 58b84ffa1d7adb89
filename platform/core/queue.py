"""Sending work to the workers by name, so that services never import tasks."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue(name: str, *args: Any, queue: str = "default") -> None:
    """Send the task `name` once the transaction commits. Arguments must be JSON-ready.

    The message only wakes a worker; the row it names is the truth. A broker that does not answer is logged
    and left to the reaper, which sends again.
    """
    transaction.on_commit(lambda: send(name, args, queue))


def send(name: str, args: tuple[Any, ...], queue: str) -> None:
    """Send now, outside any transaction."""
    try:
        current_app.send_task(name, args=[str(arg) for arg in args], queue=queue, retry=False)
    except Exception:
        logger.exception("the broker does not take %s%s; it will be sent again", name, args)
