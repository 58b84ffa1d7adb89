"""Events are numbered per topic without gaps and replayed in order."""

import pytest
from django.db import transaction

from core import events

pytestmark = pytest.mark.django_db


def test_topics_number_their_own_events_from_one():
    assert [events.emit("run:a", "log", {}) for _ in range(3)] == [1, 2, 3]
    assert events.emit("run:b", "log", {}) == 1
    assert events.head("run:a") == 3
    assert events.head("run:nobody") == 0


def test_many_at_once_keep_their_order():
    events.emit("run:a", "status", {})
    assert events.emit_many("run:a", [("metrics", {"n": n}, n) for n in range(5)]) == 6
    assert [event.payload.get("n") for event in events.replay("run:a", 1)] == [0, 1, 2, 3, 4]


def test_rolled_back_events_leave_no_gap():
    events.emit("run:a", "log", {"n": 1})
    with pytest.raises(RuntimeError), transaction.atomic():
        events.emit("run:a", "log", {"n": 2})
        raise RuntimeError
    events.emit("run:a", "log", {"n": 3})
    assert [(event.seq, event.payload["n"]) for event in events.replay("run:a")] == [(1, 1), (2, 3)]


def test_a_client_that_has_a_step_goes_on_behind_it():
    events.emit_many("run:a", [("metrics", {}, 10), ("log", {}, None), ("metrics", {}, 20)])
    assert events.seq_at_step("run:a", 10) == 1
    assert events.seq_at_step("run:a", 15) == 1
    assert events.seq_at_step("run:a", 5) == 0
    assert events.seq_at_step("run:a", 99) == 3
