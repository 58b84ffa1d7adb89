"""Who waits for a device, and in which order they get one.

A higher priority goes first. Among equals a run that a worker lost goes on before new ones start; then it is
the turn of the project that had the least device time lately, and of its oldest run.
"""

from __future__ import annotations

import heapq
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from core import leases
from training.models import ACTIVE, DeviceTime, Run, RunStatus

# Device time counts half after this long, and not at all after a few times as long.
HALF_LIFE = timedelta(hours=6)
MEMORY = 10 * HALF_LIFE
# How long a run is taken to last where the order of several is foretold.
TYPICAL_SECONDS = 600.0


@dataclass(frozen=True)
class Waiting:
    """A run in the queue; `interrupted` says that its worker was lost."""

    run: uuid.UUID
    project: uuid.UUID
    priority: int
    since: datetime
    devices: int = 1
    interrupted: bool = False


def turns(waiting: Iterable[Waiting], used: Mapping[uuid.UUID, float]) -> Iterator[Waiting]:
    """`waiting` in the order in which a device would take them, if each stayed equally long on it.

    `used` is the device time of each project, in seconds.
    """
    spent = defaultdict(float, used)
    classes: dict[int, list[Waiting]] = defaultdict(list)
    for one in waiting:
        classes[one.priority].append(one)
    for priority in sorted(classes, reverse=True):
        equals = sorted(classes[priority], key=lambda one: (one.since, one.run))
        for one in equals:
            if one.interrupted:
                spent[one.project] += TYPICAL_SECONDS * one.devices
                yield one
        yield from _in_turn([one for one in equals if not one.interrupted], spent)


def _in_turn(equals: list[Waiting], spent: dict[uuid.UUID, float]) -> Iterator[Waiting]:
    """Always the first of the project that spent least; `equals` are sorted by age."""
    queues: dict[uuid.UUID, list[Waiting]] = defaultdict(list)
    for one in reversed(equals):
        queues[one.project].append(one)

    def key(project: uuid.UUID) -> tuple[float, datetime, uuid.UUID]:
        first = queues[project][-1]
        return spent[project], first.since, first.run

    heap = [key(project) for project in queues]
    heapq.heapify(heap)
    project_of = {one.run: one.project for one in equals}
    while heap:
        project = project_of[heapq.heappop(heap)[2]]
        one = queues[project].pop()
        spent[project] += TYPICAL_SECONDS * one.devices
        yield one
        if queues[project]:
            heapq.heappush(heap, key(project))


def queue() -> list[Waiting]:
    """Every run that waits for a device, in the order of its turn."""
    now = timezone.now()
    rows = (
        Run.objects.filter(leases.free(now), status__in=ACTIVE, cancel_requested=False)
        .values_list("pk", "project_id", "priority", "queued_at", "hardware", "status")
        .order_by("queued_at")
    )
    waiting = [
        Waiting(pk, project, priority, since, _devices(hardware), status != RunStatus.QUEUED)
        for pk, project, priority, since, hardware, status in rows
    ]
    if len(waiting) < 2:
        return waiting
    return list(turns(waiting, used_lately({one.project for one in waiting}, now)))


def positions() -> dict[uuid.UUID, int]:
    """The place of each waiting run in the queue, from 1."""
    return {one.run: number for number, one in enumerate(queue(), 1)}


def used_lately(projects: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, float]:
    """Seconds of devices that each project had, those long ago counting less."""
    used: dict[uuid.UUID, float] = defaultdict(float)
    recent = Q(ended_at=None) | Q(ended_at__gt=now - MEMORY)
    rows = DeviceTime.objects.filter(recent, project_id__in=list(projects)).values_list(
        "project_id", "devices", "began_at", "ended_at", "run__lease_expires_at"
    )
    for project, devices, began, ended, lease in rows:
        # A stay that nobody ended lasts as long as somebody renews the lease.
        until = ended or min(now, lease or now)
        used[project] += devices * faded(began, until, now)
    return used


def faded(began: datetime, ended: datetime, now: datetime) -> float:
    """Seconds from `began` to `ended`, halved for every HALF_LIFE that they lie behind `now`."""
    if ended <= began:
        return 0.0
    half = HALF_LIFE.total_seconds()
    # The integral of 2 ** (-age / half) over the span.
    ages = ((now - ended).total_seconds(), (now - began).total_seconds())
    return float(half / 0.6931471805599453 * (2 ** (-ages[0] / half) - 2 ** (-ages[1] / half)))


def occupy(run: Run) -> None:
    """A worker took the run: its stay on the devices begins.

    Call it in the transaction of the claim, with the row as it was before.
    """
    now = timezone.now()
    # The worker before was lost with its lease.
    lost = min(now, run.lease_expires_at or now)
    _end(run.pk, lost)
    DeviceTime.objects.filter(ended_at__lt=now - MEMORY).delete()
    DeviceTime.objects.create(
        project_id=run.project_id, run_id=run.pk, devices=_devices(run.hardware), began_at=now
    )


def vacate(run_id: uuid.UUID) -> None:
    """The run has left its devices."""
    _end(run_id, timezone.now())


def _end(run_id: uuid.UUID, when: datetime) -> None:
    DeviceTime.objects.filter(run_id=run_id, ended_at=None).update(ended_at=when)


def _devices(hardware: Mapping[str, object]) -> int:
    gpus = hardware.get("gpus")
    return max(1, gpus) if isinstance(gpus, int) else 1
