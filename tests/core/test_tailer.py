"""The shared tailer loses nothing and repeats nothing, however many watch and write."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from core import events, tailer

pytestmark = pytest.mark.django_db(transaction=True)


def _write(topic: str, count: int) -> None:
    for n in range(count):
        events.emit(topic, "metrics", {"n": n})
    connection.close()


async def _read(topic: str, after: int, count: int) -> list[int]:
    seen = []
    async for event in tailer.subscribe(topic, after):
        seen.append(event.seq)
        if len(seen) == count:
            return seen
    return seen


async def test_subscribers_at_different_places_each_get_every_event_once():
    writers = [threading.Thread(target=_write, args=(topic, 30)) for topic in ("run:a", "run:b")]
    for writer in writers:
        writer.start()
    reads = [_read("run:a", 0, 30), _read("run:a", 10, 20), _read("run:b", 0, 30)]
    first, second, other = await asyncio.wait_for(asyncio.gather(*reads), 20)
    assert first == list(range(1, 31))
    assert second == list(range(11, 31))
    assert other == list(range(1, 31))
    for writer in writers:
        await asyncio.to_thread(writer.join)


async def test_two_writers_of_one_topic_leave_no_gap():
    writers = [threading.Thread(target=_write, args=("project:x", 25)) for _ in range(2)]
    for writer in writers:
        writer.start()
    assert await asyncio.wait_for(_read("project:x", 0, 50), 20) == list(range(1, 51))
    for writer in writers:
        await asyncio.to_thread(writer.join)


async def test_who_joins_during_a_reading_misses_nothing(monkeypatch):
    await sync_to_async(_write)("run:late", 10)
    read, reading, go_on = tailer._read_news, threading.Event(), threading.Event()

    def slow(behind):
        found = read(behind)
        reading.set()
        go_on.wait(5)
        return found

    monkeypatch.setattr(tailer, "_read_news", slow)
    ahead = asyncio.create_task(_read("run:late", 8, 2))
    await asyncio.to_thread(reading.wait)
    late = asyncio.create_task(_read("run:late", 0, 10))
    await asyncio.sleep(0.05)
    go_on.set()
    assert await asyncio.wait_for(late, 20) == list(range(1, 11))
    assert await asyncio.wait_for(ahead, 20) == [9, 10]


async def test_who_reads_slowly_costs_little_loses_nothing_and_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(tailer, "WAITING", 10)
    await sync_to_async(_write)("run:slow", 120)
    slow = tailer.subscribe("run:slow", 0)
    seen = [(await anext(slow)).seq]
    assert await asyncio.wait_for(_read("run:slow", 0, 120), 20) == list(range(1, 121))
    (waiting,) = [each for each in tailer._tailers[asyncio.get_running_loop()].subscribers]
    assert waiting.queue.qsize() <= 10
    while len(seen) < 120:
        seen.append((await asyncio.wait_for(anext(slow), 5)).seq)
    assert seen == list(range(1, 121))
    await slow.aclose()
