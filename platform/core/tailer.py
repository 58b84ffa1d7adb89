"""One shared tailer per process: many sockets, one poll.

A subscriber names a topic and the number it has; the tailer asks once, for all topics together, which heads
moved, reads the new rows of those, and hands every subscriber what is behind its own number, in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import redis.asyncio as async_redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from core import wakeup
from core.events import replay
from core.models import Event, Topic

POLL_SECONDS = 0.15
POLL_SECONDS_WITH_WAKEUP = 1.0
BATCH = 500
# What may wait for a subscriber; whoever has that many unread is served from the table later.
WAITING = 1000
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Subscriber:
    topic: str
    seq: int
    queue: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(WAITING))


class _Tailer:
    """Lives in one event loop; starts with its first subscriber and ends with its last."""

    def __init__(self) -> None:
        self.subscribers: set[_Subscriber] = set()
        self.wake = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()

        def nudge(topic: str) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._nudge, topic)

        wakeup.listeners.add(nudge)
        listener = asyncio.create_task(self._listen()) if settings.REDIS_URL else None
        interval = POLL_SECONDS_WITH_WAKEUP if listener else POLL_SECONDS
        try:
            while self.subscribers:
                try:
                    await self._poll()
                except Exception:
                    logger.exception("tailing events failed; trying again")
                    await asyncio.sleep(1)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), interval)
                self.wake.clear()
        finally:
            wakeup.listeners.discard(nudge)
            if listener:
                listener.cancel()

    def _nudge(self, topic: str) -> None:
        """This process has written: no need to wait for the next look."""
        if any(subscriber.topic == topic for subscriber in self.subscribers):
            self.wake.set()

    async def _poll(self) -> None:
        behind: dict[str, int] = {}
        for subscriber in self.subscribers:
            if subscriber.queue.full():
                continue
            known = behind.get(subscriber.topic, subscriber.seq)
            behind[subscriber.topic] = min(known, subscriber.seq)
        news = await sync_to_async(_read_news)(behind)
        for subscriber in list(self.subscribers):
            # Who joined during the reading may be further behind than it reached: their turn comes next.
            if subscriber.seq < behind.get(subscriber.topic, subscriber.seq):
                continue
            for event in news.get(subscriber.topic, ()):
                if subscriber.queue.full():
                    break
                if event.seq > subscriber.seq:
                    subscriber.queue.put_nowait(event)
                    subscriber.seq = event.seq
        if any(len(events) == BATCH for events in news.values()):
            self.wake.set()

    async def _listen(self) -> None:
        while True:
            try:
                async with async_redis.Redis.from_url(settings.REDIS_URL) as client:
                    pubsub = client.pubsub()
                    await pubsub.subscribe(wakeup.CHANNEL)
                    async for _ in pubsub.listen():
                        self.wake.set()
            except (async_redis.RedisError, OSError):
                await asyncio.sleep(1)


def _read_news(behind: dict[str, int]) -> dict[str, list[Event]]:
    close_old_connections()
    heads = dict(Topic.objects.filter(name__in=behind).values_list("name", "seq"))
    moved = {topic: seq for topic, seq in behind.items() if heads.get(topic, 0) > seq}
    return {topic: replay(topic, seq, BATCH) for topic, seq in moved.items()}


_tailers: dict[asyncio.AbstractEventLoop, _Tailer] = {}


async def subscribe(topic: str, after_seq: int = 0) -> AsyncGenerator[Event, None]:
    """Every event of a topic behind `after_seq`, then those to come: in order, none lost, none twice."""
    loop = asyncio.get_running_loop()
    tailer = _tailers.setdefault(loop, _Tailer())
    subscriber = _Subscriber(topic, after_seq)
    tailer.subscribers.add(subscriber)
    tailer.wake.set()
    if tailer.task is None or tailer.task.done():
        tailer.task = asyncio.create_task(tailer.run())
    try:
        while True:
            event = await subscriber.queue.get()
            if subscriber.queue.qsize() == subscriber.queue.maxsize // 2:
                tailer.wake.set()
            yield event
    finally:
        tailer.subscribers.discard(subscriber)
        if not tailer.subscribers:
            tailer.wake.set()
            _tailers.pop(loop, None)
