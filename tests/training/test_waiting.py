"""Who gets the next free device: priority first, then fairly between projects, nobody left behind."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from training import waiting
from training.models import DeviceTime, Priority
from training.waiting import HALF_LIFE, TYPICAL_SECONDS, Waiting, faded, turns

MORNING = datetime(2026, 1, 1, 8, tzinfo=UTC)
PROJECTS = [uuid.UUID(int=number) for number in range(1, 5)]


@st.composite
def queues(draw: st.DrawFn) -> tuple[list[Waiting], dict[uuid.UUID, float]]:
    entries = draw(
        st.lists(
            st.tuples(
                st.sampled_from(PROJECTS),
                st.sampled_from(Priority.values),
                st.integers(0, 20),
                st.integers(1, 3),
                st.booleans(),
            ),
            max_size=25,
        )
    )
    queue = [
        Waiting(
            uuid.UUID(int=100 + number), project, priority, MORNING + timedelta(minutes=age), devices, lost
        )
        for number, (project, priority, age, devices, lost) in enumerate(entries)
    ]
    used = draw(st.dictionaries(st.sampled_from(PROJECTS), st.floats(0, 1e5)))
    return queue, used


@settings(max_examples=60, deadline=None)
@given(queues())
def test_everybody_gets_one_turn_and_higher_priorities_come_first(
    case: tuple[list[Waiting], dict[uuid.UUID, float]],
) -> None:
    queue, used = case
    order = list(turns(queue, used))
    assert Counter(order) == Counter(queue)
    assert [one.priority for one in order] == sorted((one.priority for one in queue), reverse=True)


@settings(max_examples=60, deadline=None)
@given(queues())
def test_the_first_is_the_best_by_every_rule(
    case: tuple[list[Waiting], dict[uuid.UUID, float]],
) -> None:
    queue, used = case
    if not queue:
        return
    best = min(
        queue,
        key=lambda one: (
            -one.priority,
            not one.interrupted,
            0.0 if one.interrupted else used.get(one.project, 0.0),
            one.since,
            one.run,
        ),
    )
    order = list(turns(queue, used))
    if best.interrupted:
        assert order[0].interrupted and order[0].since == best.since
    else:
        # Of a project only the oldest run is a candidate.
        assert (order[0].project, order[0].since) == (best.project, best.since)


@settings(max_examples=60, deadline=None)
@given(queues())
def test_within_a_project_and_a_priority_the_order_is_that_of_arrival(
    case: tuple[list[Waiting], dict[uuid.UUID, float]],
) -> None:
    queue, used = case
    seen: dict[Any, datetime] = {}
    for one in turns(queue, used):
        lane = one.project, one.priority, one.interrupted
        assert seen.get(lane, one.since) <= one.since
        seen[lane] = one.since


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=4), st.integers(10, 60))
def test_projects_that_always_have_work_get_equal_device_time(lengths: list[int], rounds: int) -> None:
    """Runs of one project may be longer than those of another; a shared device is still shared equally, to
    within the longest run. Every project gets its turn again and again."""
    used = {project: 0.0 for project in PROJECTS[: len(lengths)]}
    length = dict(zip(used, lengths, strict=True))
    queue = [
        Waiting(uuid.uuid4(), project, 0, MORNING + timedelta(minutes=number))
        for number, project in enumerate(used)
    ]
    for turn in range(rounds):
        first = next(turns(queue, used))
        used[first.project] += length[first.project]
        queue.remove(first)
        queue.append(Waiting(uuid.uuid4(), first.project, 0, MORNING + timedelta(hours=turn + 1)))
        assert max(used.values()) - min(used.values()) <= max(lengths)


def test_what_was_used_long_ago_is_forgotten() -> None:
    def hour_ending(ago: timedelta) -> float:
        return faded(MORNING - ago - timedelta(hours=1), MORNING - ago, MORNING)

    fresh = hour_ending(timedelta(0))
    assert 0.9 * 3600 < fresh < 3600
    assert abs(hour_ending(HALF_LIFE) - fresh / 2) < 1e-6
    assert hour_ending(10 * HALF_LIFE) < 5
    assert faded(MORNING, MORNING - timedelta(hours=1), MORNING) == 0


def test_a_project_that_had_no_device_goes_before_one_that_had(make_run: Any, workspace: Any) -> None:
    from projects.models import Project

    now = timezone.now()
    busy, other = (
        [make_run(queued_at=now - timedelta(minutes=age)) for age in (9, 8)],
        make_run(queued_at=now),
    )
    elsewhere = Project.objects.create(workspace=workspace, name="Elsewhere")
    type(other).objects.filter(pk=other.pk).update(project=elsewhere)
    assert waiting.positions() == {busy[0].pk: 1, other.pk: 2, busy[1].pk: 3}
    DeviceTime.objects.create(
        project=busy[0].project, began_at=now - timedelta(seconds=2 * TYPICAL_SECONDS), ended_at=now
    )
    assert waiting.positions() == {other.pk: 1, busy[0].pk: 2, busy[1].pk: 3}
    type(other).objects.filter(pk=busy[1].pk).update(priority=Priority.HIGH)
    assert waiting.queue()[0].run == busy[1].pk


def test_held_ended_and_cancelled_runs_do_not_wait(make_run: Any) -> None:
    now = timezone.now()
    held = make_run(status="running", lease_token=uuid.uuid4(), lease_expires_at=now + timedelta(minutes=1))
    lost = make_run(status="running", lease_token=uuid.uuid4(), lease_expires_at=now - timedelta(seconds=1))
    make_run(status="succeeded")
    make_run(cancel_requested=True)
    queued = make_run(queued_at=now - timedelta(hours=1))
    assert waiting.positions() == {lost.pk: 1, queued.pk: 2}
    assert held.pk not in waiting.positions()


def test_a_page_of_runs_reads_the_queue_once(api: Any, make_run: Any, project: Any) -> None:
    url = f"/api/v1/projects/{project.pk}/runs"

    def queries(count: int) -> int:
        for _ in range(count):
            make_run()
        with CaptureQueriesContext(connection) as seen:
            rows = api.get(url).json()["results"]
        assert sorted(row["queue_position"] for row in rows) == list(range(1, len(rows) + 1))
        return len(seen)

    queries(1)
    assert queries(2) == queries(5)


def test_stays_on_a_device_are_written_down(make_run: Any) -> None:
    now = timezone.now()
    run = make_run(hardware={"device": "cuda", "gpus": 2, "precision": "auto"})
    waiting.occupy(run)
    run.lease_expires_at = now - timedelta(seconds=5)
    waiting.occupy(run)
    first, second = DeviceTime.objects.order_by("began_at")
    assert first.ended_at and first.ended_at <= now and second.ended_at is None
    assert (second.devices, second.project_id) == (2, run.project_id)
    waiting.vacate(run.pk)
    second.refresh_from_db()
    assert second.ended_at and second.ended_at >= now
