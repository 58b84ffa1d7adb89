"""Live events are rows: emitted inside the transaction that changes the state, replayed by anybody later.

Topics are `run:<id>`, `project:<id>` and `asset:<id>`; each numbers its events 1, 2, 3, … without gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import wakeup
from core.leases import reaper
from core.models import Event, Topic

# Project chatter is only for whoever watches now; a run's curve lives in its own table as well.
KEEP = timedelta(days=7)
_last_sweep = timezone.now()


def emit(topic: str, type: str, payload: dict[str, Any], step: int | None = None) -> int:
    """Append an event and return its number. Call it last in the transaction: it holds the topic's row.

    Subscribers see it after commit, never before and never if the transaction rolls back.
    """
    return emit_many(topic, [(type, payload, step)])


def emit_many(topic: str, items: list[tuple[str, dict[str, Any], int | None]]) -> int:
    """Append several events of one topic at once; returns the last number."""
    if not items:
        return 0
    with transaction.atomic():
        if not _advance(topic, len(items)):
            Topic.objects.get_or_create(name=topic)
            _advance(topic, len(items))
        last = Topic.objects.values_list("seq", flat=True).get(name=topic)
        first = last - len(items) + 1
        Event.objects.bulk_create(
            Event(topic=topic, seq=first + index, type=kind, payload=payload, step=step)
            for index, (kind, payload, step) in enumerate(items)
        )
        transaction.on_commit(lambda: wakeup.publish(topic))
    return last


def emit_each(type: str, payloads: Mapping[str, dict[str, Any]]) -> None:
    """Append one event to each of many topics, in a few statements."""
    if not payloads:
        return
    topics = sorted(payloads)
    with transaction.atomic():
        Topic.objects.bulk_create([Topic(name=name) for name in topics], ignore_conflicts=True)
        # In one order, whoever takes several: nobody waits for somebody who waits for them.
        rows = Topic.objects.select_for_update().filter(name__in=topics).order_by("name")
        heads = dict(rows.values_list("name", "seq"))
        Topic.objects.filter(name__in=topics).update(seq=F("seq") + 1)
        Event.objects.bulk_create(
            Event(topic=name, seq=heads[name] + 1, type=type, payload=payloads[name]) for name in topics
        )
        for name in topics:
            transaction.on_commit(partial(wakeup.publish, name))


def _advance(topic: str, count: int) -> int:
    return Topic.objects.filter(name=topic).update(seq=F("seq") + count)


def replay(topic: str, after_seq: int = 0, limit: int = 500) -> list[Event]:
    """The events of a topic behind a number, in order."""
    return list(Event.objects.filter(topic=topic, seq__gt=after_seq).order_by("seq")[:limit])


def head(topic: str) -> int:
    """The number of the newest event, 0 where there is none."""
    return Topic.objects.filter(name=topic).values_list("seq", flat=True).first() or 0


def seq_at_step(topic: str, step: int) -> int:
    """The number of the last event whose step is at most `step`: where a client that has `step` goes on."""
    seqs = Event.objects.filter(topic=topic, step__lte=step).order_by("-seq").values_list("seq", flat=True)
    return seqs.first() or 0


@reaper("old events")
def sweep() -> None:
    """Forget project and asset events nobody can be waiting for any more, about once an hour."""
    global _last_sweep
    now = timezone.now()
    if now - _last_sweep < timedelta(hours=1):
        return
    _last_sweep = now
    Event.objects.filter(created_at__lt=now - KEEP).exclude(topic__startswith="run:").delete()
