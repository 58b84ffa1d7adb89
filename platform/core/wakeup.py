"""A nudge for tailers: those of this process are called, those of others by Redis where there is one.
Without it, or with it gone, other processes find new rows by polling."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache

import redis
from django.conf import settings

CHANNEL = "tessera:wakeup"
SAY_EVERY = 60.0
logger = logging.getLogger(__name__)
_said_at = float("-inf")
# Called with a topic, from whatever thread has written.
listeners: set[Callable[[str], None]] = set()


@lru_cache(maxsize=1)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def publish(topic: str) -> None:
    """Tell tailers that a topic has news. Losing the message costs only one poll interval."""
    for listener in list(listeners):
        listener(topic)
    if not settings.REDIS_URL:
        return
    try:
        _client(settings.REDIS_URL).publish(CHANNEL, topic)
    except redis.RedisError:
        _say_so()


def _say_so() -> None:
    """Once a minute: a run tells of its steps several times a second."""
    global _said_at
    now = time.monotonic()
    if now - _said_at > SAY_EVERY:
        _said_at = now
        logger.warning("Redis does not answer; live views fall back to polling")
