"""Batch sizes and lanes follow what was measured."""

from deployments.server.pace import Pace


def test_larger_batches_are_used_only_where_they_pay() -> None:
    pace = Pace()
    for size, cost in ((1, 1.0), (2, 0.7), (4, 0.69)):
        pace.seed("wide", size, cost)
    assert pace.best(("wide",), 8) == ("wide", 2)
    assert pace.best(("wide",), 1) == ("wide", 1)


def test_narrow_lanes_are_used_where_they_pay() -> None:
    pace = Pace()
    pace.seed("wide", 1, 1.0)
    pace.seed("narrow", 1, 0.8)
    assert pace.best(("wide", "narrow"), 4) == ("narrow", 1)
    assert pace.best(("wide",), 4) == ("wide", 1)


def test_the_choice_changes_with_what_serving_costs() -> None:
    pace = Pace()
    pace.seed("wide", 1, 1.0)
    pace.seed("narrow", 1, 0.8)
    for _ in range(20):
        pace.learn("narrow", 1, 1.5)
    assert pace.best(("wide", "narrow"), 4) == ("wide", 1)


def test_what_was_never_measured_is_never_chosen() -> None:
    assert Pace().best(("wide", "narrow"), 16) == ("wide", 1)
