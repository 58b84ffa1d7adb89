"""What a child writes is read with suspicion."""

from __future__ import annotations

import json

import pytest

from training.records import kept_of, loading_of, metric_of, metrics_after, printable


def line(step: int, **values: float) -> str:
    return json.dumps({"step": step, "epoch": step / 10, "values": values, "time": 1_700_000_000.5})


def test_a_metric_line() -> None:
    metric = metric_of(line(3, **{"train/loss": 0.5}))
    assert metric and (metric.step, metric.epoch, metric.values) == (3, 0.3, {"train/loss": 0.5})
    assert metric.time.tzinfo is not None


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "hello",
        '{"step": 3, "epoch": 0.1, "valu',
        "[]",
        "3",
        '{"step": "x", "values": {}, "time": 1}',
        '{"step": 1, "values": 3, "time": 1}',
        '{"step": 1, "values": {}, "time": 1e30}',
    ],
)
def test_garbage_is_no_metric(garbage: str) -> None:
    assert metric_of(garbage) is None


def test_values_that_are_no_finite_numbers_are_left_out() -> None:
    metric = metric_of(
        '{"step": 1, "epoch": 0, "time": 1, "values": {"a": NaN, "b": Infinity, "c": "x", "d": 2}}'
    )
    assert metric and metric.values == {"d": 2.0}


def test_steps_seen_before_and_steps_going_back_are_left_out() -> None:
    lines = [line(4), line(5), "garbage", line(6), line(5), line(6), line(7)]
    assert [metric.step for metric in metrics_after(lines, 4)] == [5, 6, 7]


@pytest.mark.parametrize(
    "entry", [None, 3, {}, {"name": "x"}, {"name": "../x", "step": 1}, {"name": "..", "step": 1}]
)
def test_an_index_entry_that_is_none(entry: object) -> None:
    assert kept_of(entry) is None


def test_a_progress_bar_is_one_line() -> None:
    assert printable("10%\r50%\r100%") == "100%"
    assert printable("100%\r") == "100%"
    assert printable("a\x00b") == "ab"
    assert len(printable("x" * 10_000)) == 2000


def test_a_loading_report_is_bounded() -> None:
    given = {"source": "a\x00b", "matched": 3, "missing": ["x" * 1000], "unused": ["n"] * 1000, "more": 1}
    assert loading_of(given) == {
        "source": "ab",
        "matched": 3,
        "missing": ["x" * 300],
        "remade": [],
        "unused": ["n"] * 500,
    }


@pytest.mark.parametrize("garbage", [None, 3, [], {}, {"matched": "x"}, {"source": "a"}])
def test_what_is_no_loading_report(garbage: object) -> None:
    assert loading_of(garbage) is None


def test_a_loading_report_with_garbage_in_it() -> None:
    assert loading_of({"matched": 1, "missing": "x", "remade": {"a": 1}}) == {
        "source": "",
        "matched": 1,
        "missing": [],
        "remade": [],
        "unused": [],
    }
