"""Batch sizes and lanes follow what was measured."""

from __future__ import annotations

from deployments.server.pace import FORGOTTEN_AFTER, Pace


def test_larger_batches_are_used_only_where_they_pay() -> None:
    pace = Pace()
    for size, cost in ((1, 1.0), (2, 0.7), (4, 0.69)):
        pace.learn("wide", size, cost)
    assert pace.cheapest(["wide"], 8) == ("wide", 2)
    assert pace.cheapest(["wide"], 1) == ("wide", 1)


def test_narrow_lanes_are_used_where_they_pay() -> None:
    pace = Pace()
    pace.learn("wide", 1, 1.0)
    pace.learn("narrow", 1, 0.8)
    assert pace.cheapest(["wide", "narrow"], 4) == ("narrow", 1)
    assert pace.cheapest(["wide"], 4) == ("wide", 1)


def test_a_lone_request_goes_where_it_is_answered_first() -> None:
    pace = Pace()
    pace.learn("wide", 1, 1.0)
    pace.learn("narrow", 1, 0.8)
    lanes = [("wide", 2), ("narrow", 1)]
    assert pace.soonest(lanes) == 0
    for _ in range(30):
        pace.learn("wide", 1, 5.0)
    assert pace.soonest(lanes) == 1


def test_what_was_slow_on_a_busy_machine_gets_another_chance() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    pace.learn("wide", 1, 1.0)
    pace.learn("narrow", 1, 0.8)
    for _ in range(30):
        pace.learn("narrow", 1, 1.5)
    assert pace.cheapest(["wide", "narrow"], 4) == ("wide", 1)
    now += FORGOTTEN_AFTER
    assert pace.cheapest(["wide", "narrow"], 4) == ("narrow", 1)


def test_what_was_never_measured_is_never_chosen() -> None:
    assert Pace().cheapest(["wide", "narrow"], 16) == ("wide", 1)
