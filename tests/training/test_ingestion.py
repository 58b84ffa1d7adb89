"""What a child writes becomes rows and events: each once, in one transaction a look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from core import events, leases
from training.models import Run, RunLog, RunMetric
from training.services import ingestion as module
from training.services.ingestion import Ingestion
from training.services.publishing import Publisher
from training.services.samples import SampleStore
from training.supervision import News, Verdict


def line(step: int, **values: float) -> str:
    values = values or {"train/loss": 1 / step}
    return json.dumps({"step": step, "epoch": step / 2, "values": values, "time": 1_700_000_000 + step})


@pytest.fixture
def started(make_run: Callable[..., Any], tmp_path: Path) -> Callable[..., tuple[Run, Ingestion]]:
    """Claims the run as a worker would and gives its ingestion; the second call is the next worker."""
    runs: list[Run] = []

    def start() -> tuple[Run, Ingestion]:
        if not runs:
            runs.append(make_run())
        run = runs[0]
        Run.objects.filter(pk=run.pk).update(lease_expires_at=None)
        token = leases.claim(Run.objects.filter(pk=run.pk), 60, status="preparing")
        assert token
        run = Run.objects.get(pk=run.pk)
        return run, Ingestion(run, token, Publisher(run, tmp_path), SampleStore(run, tmp_path))

    return start


def steps(run: Run) -> list[int]:
    return list(run.metrics.order_by("step").values_list("step", flat=True))


def test_metrics_become_rows_and_events_with_their_step(started: Any) -> None:
    run, ingestion = started()
    assert ingestion(News(metrics=[line(1), line(2, **{"val/miou": 0.4})])) is Verdict.GO_ON
    assert steps(run) == [1, 2]
    sent = [event for event in events.replay(f"run:{run.pk}") if event.type == "metrics"]
    assert [event.step for event in sent] == [1, 2]
    assert sent[1].payload["values"] == {"val/miou": 0.4}
    assert set(sent[1].payload) == {"step", "epoch", "values", "time"}
    row = Run.objects.get(pk=run.pk)
    assert (row.step, row.epoch) == (2, 1.0)
    assert row.best == {"metric": "val/miou", "value": 0.4, "step": 2}


def test_the_loading_report_is_kept(started: Any) -> None:
    run, ingestion = started()
    report = {"source": "nvidia/mit-b0", "matched": 9, "missing": ["a"], "remade": [], "unused": ["b"]}
    ingestion(News(state={"status": "preparing", "loading": report}))
    ingestion(News(state={"status": "running", "step": 1, "total_steps": 4}))
    assert Run.objects.get(pk=run.pk).loading == report


def test_steps_repeated_by_a_resumed_child_are_taken_once(started: Any) -> None:
    run, ingestion = started()
    ingestion(News(metrics=[line(1), line(2), line(3)], logs=["a", "b"]))
    run, ingestion = started()
    ingestion(News(metrics=[line(1), line(2)], logs=["a", "b", "c"], state={"status": "running", "step": 2}))
    assert Run.objects.get(pk=run.pk).step == 3
    ingestion(News(metrics=[line(3), line(4)], logs=["d"]))
    assert steps(run) == [1, 2, 3, 4]
    assert list(RunLog.objects.filter(run=run).values_list("n", "line")) == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
        (4, "d"),
    ]
    sent = [event.step for event in events.replay(f"run:{run.pk}") if event.type == "metrics"]
    assert sent == [1, 2, 3, 4]


def test_the_state_is_shown(started: Any) -> None:
    run, ingestion = started()
    state = {
        "status": "running",
        "step": 1,
        "total_steps": 40,
        "epoch": 0.5,
        "images_per_second": 12.5,
        "eta_seconds": 30,
        "device": "cpu",
        "message": "",
    }
    ingestion(News(state=state))
    row = Run.objects.get(pk=run.pk)
    assert (row.status, row.total_steps, row.images_per_second, row.device) == ("running", 40, 12.5, "cpu")
    status = [event for event in events.replay(f"run:{run.pk}") if event.type == "status"][-1]
    assert status.payload["status"] == "running"
    watched = [event for event in events.replay(f"project:{run.project_id}") if event.type == "run"][-1]
    assert watched.payload["run"]["id"] == str(run.pk)


@pytest.mark.parametrize(
    "state",
    [
        {"status": "exploded"},
        {"status": 5, "step": "x", "total_steps": -1, "epoch": float("nan"), "device": 7, "message": []},
        {"status": ["running"], "step": True},
        {"status": "succeeded"},
    ],
)
def test_a_strange_state_changes_nothing(started: Any, state: dict[str, Any]) -> None:
    run, ingestion = started()
    assert ingestion(News(state=state)) is Verdict.GO_ON
    row = Run.objects.get(pk=run.pk)
    assert (row.status, row.step, row.total_steps, row.message) == ("preparing", 0, 4, "")


def test_progress_does_not_flood_the_watchers(started: Any) -> None:
    run, ingestion = started()
    for step in range(1, 21):
        ingestion(News(metrics=[line(step)], state={"status": "running", "step": step}))
    kinds = [event.type for event in events.replay(f"run:{run.pk}")]
    assert kinds.count("metrics") == 20
    assert kinds.count("status") <= 3


def test_a_cancel_is_seen_at_the_next_look(started: Any) -> None:
    run, ingestion = started()
    assert ingestion(News()) is Verdict.GO_ON
    Run.objects.filter(pk=run.pk).update(cancel_requested=True)
    assert ingestion(News()) is Verdict.CANCEL
    assert ingestion(News(metrics=[line(1)])) is Verdict.CANCEL
    assert steps(run) == [1]


def test_a_lost_run_takes_nothing_more(started: Any) -> None:
    run, old = started()
    old(News(metrics=[line(1)]))
    _, new = started()
    assert old(News()) is Verdict.LOST
    assert old(News(metrics=[line(2)])) is Verdict.LOST
    assert steps(run) == [1]
    assert new(News(metrics=[line(1), line(2)])) is Verdict.GO_ON
    assert steps(run) == [1, 2]


def test_a_deleted_run_is_lost(started: Any) -> None:
    run, ingestion = started()
    run.project.delete()
    assert ingestion(News(metrics=[line(1)])) is Verdict.LOST


def test_a_database_that_is_away_for_a_moment_costs_nothing(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, ingestion = started()
    monkeypatch.setattr(module.connection, "close", lambda: None)
    with monkeypatch.context() as away:
        away.setattr(module.events, "emit_many", _away)
        assert ingestion(News(metrics=[line(1)], logs=["x"], state={"status": "running"})) is Verdict.GO_ON
        assert ingestion(News(metrics=[line(2)])) is Verdict.GO_ON
    assert steps(run) == []
    assert ingestion(News(metrics=[line(3)], logs=["y"])) is Verdict.GO_ON
    assert steps(run) == [1, 2, 3]
    assert Run.objects.get(pk=run.pk).status == "running"
    assert list(run.log_lines.values_list("line", flat=True)) == ["x", "y"]


def test_a_database_that_stays_away_longer_than_the_lease_ends_the_attempt(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ingestion = started()
    monkeypatch.setattr(module.connection, "close", lambda: None)
    monkeypatch.setattr(module.events, "emit_many", _away)
    ingestion._written_at -= module.LEASE_SECONDS + 1
    assert ingestion(News(metrics=[line(1)])) is Verdict.LOST


def test_an_endless_log_is_cut(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LOG_LINES", 5)
    run, ingestion = started()
    ingestion(News(logs=["1", "2", "3"]))
    ingestion(News(logs=["4", "5", "6", "7"]))
    ingestion(News(logs=["8"]))
    lines = list(run.log_lines.values_list("line", flat=True))
    assert lines[:4] == ["1", "2", "3", "4"] and "longer than" in lines[4] and len(lines) == 5


def test_progress_forgives_earlier_deaths_of_workers(started: Any) -> None:
    run, _ = started()
    Run.objects.filter(pk=run.pk).update(attempts=4)
    run, ingestion = started()
    assert run.attempts == 5
    ingestion(News(metrics=[line(1)]))
    assert Run.objects.get(pk=run.pk).attempts == 1


def test_the_best_value_follows_the_metric_the_run_is_judged_by(started: Any) -> None:
    run, ingestion = started()
    run.spec = {**run.spec, "early_stopping": {"metric": "val/loss", "patience": 2}}
    ingestion(News(metrics=[line(1, **{"val/loss": 0.9}), line(2, **{"val/loss": 0.5})]))
    ingestion(News(metrics=[line(3, **{"val/loss": 0.7})]))
    assert Run.objects.get(pk=run.pk).best == {"metric": "val/loss", "value": 0.5, "step": 2}


def test_metrics_of_two_runs_do_not_meet(started: Any, make_run: Any) -> None:
    run, ingestion = started()
    other = make_run()
    ingestion(News(metrics=[line(1)]))
    assert RunMetric.objects.filter(run=other).count() == 0


def _away(*_: Any, **__: Any) -> None:
    raise OperationalError("the database is away")
