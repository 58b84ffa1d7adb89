"""A nudge for tailers where there is Redis. Without it, or with it gone, tailers find new rows by polling."""

from __future__ import annotations

import logging
from functools import lru_cache

import redis
from django.conf import settings

CHANNEL = "tessera:wakeup"
logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def publish(topic: str) -> None:
    """Tell other processes that a topic has news. Losing the message costs only one poll interval."""
    if not settings.REDIS_URL:
        return
    try:
        _client(settings.REDIS_URL).publish(CHANNEL, topic)
    except redis.RedisError:
        logger.warning("Redis does not answer; live views fall back to polling", exc_info=False)
