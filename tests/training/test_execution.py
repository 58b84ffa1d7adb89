"""A worker and a run: claimed once, watched to its end, given back."""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core import events, leases
from core.errors import Unusable
from core.storage import storage
from training.models import Priority, Run
from training.services import execution, runs
from training.services.preparation import run_folder
from training.supervision import Ending, Outcome

FAKE = Path(__file__).with_name("fake_child.py")


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`child(mode)` chooses what trains; the manifest is none of its business."""
    monkeypatch.setattr(execution, "prepare", _prepared)

    def choose(mode: str) -> None:
        command = [sys.executable, str(FAKE), mode]
        monkeypatch.setattr(execution, "command", lambda run, folder: [*command, str(folder)])

    choose("good")
    return choose


def _prepared(run: Run) -> Path:
    folder = run_folder(run.pk)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def done(run: Run) -> Run:
    execution.execute(str(run.pk))
    return Run.objects.get(pk=run.pk)


def statuses(run: Run) -> list[str]:
    seen: list[str] = []
    for event in events.replay(f"run:{run.pk}"):
        if event.type == "status" and (not seen or seen[-1] != event.payload["status"]):
            seen.append(event.payload["status"])
    return seen


def test_a_run_is_trained_evaluated_and_kept(child: Any, make_run: Any) -> None:
    run = done(make_run())
    assert run.status == "succeeded" and run.error is None
    assert run.started_at and run.finished_at and run.lease_token is None
    assert (run.step, run.total_steps, run.device) == (6, 6, "cpu")
    assert run.best == {"metric": "val/miou", "value": 0.6, "step": 6}
    assert [m.step for m in run.metrics.all()] == [1, 2, 3, 4, 5, 6]
    artifact = run.artifacts.get()
    evaluation = artifact.evaluations.get()
    assert (artifact.name, evaluation.summary) == ("step-6", {"miou": 0.6, "images": 2})
    assert (evaluation.snapshot_id, evaluation.split, evaluation.images) == (run.snapshot_id, "val", 2)
    assert storage.read(evaluation.scores_key) == b"counts"
    assert statuses(run)[0] == "preparing" and statuses(run)[-1] == "succeeded"
    assert "running" in statuses(run)


def test_a_worker_takes_the_run_whose_turn_it_is_whichever_was_named(child: Any, make_run: Any) -> None:
    first = make_run()
    urgent = make_run(priority=Priority.HIGH)
    execution.execute(str(first.pk))
    assert [Run.objects.get(pk=run.pk).status for run in (first, urgent)] == ["queued", "succeeded"]
    stay = urgent.device_times.get()
    assert stay.ended_at and stay.ended_at > stay.began_at
    execution.execute(str(urgent.pk))
    assert Run.objects.get(pk=first.pk).status == "succeeded"


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_an_ended_run_is_not_trained_again(child: Any, make_run: Any, status: str) -> None:
    run = make_run(status=status)
    assert done(run).status == status
    assert not run_folder(run.pk).exists()


def test_a_run_that_another_worker_holds_is_left_alone(child: Any, make_run: Any) -> None:
    run = make_run()
    assert leases.claim(Run.objects.filter(pk=run.pk), 60, status="running")
    assert done(run).status == "running"
    assert not run_folder(run.pk).exists()


def test_the_childs_own_reason_is_the_runs_error(child: Any, make_run: Any) -> None:
    child("failing")
    run = done(make_run())
    assert run.status == "failed" and run.finished_at and run.lease_token is None
    assert run.error == {
        "title": "No weights",
        "detail": "Nothing at hub or folder.",
        "hint": "Put them there.",
    }


def test_a_crash_leaves_its_last_lines_and_can_be_resumed(child: Any, make_run: Any, principal: Any) -> None:
    child("killed")
    run = done(make_run())
    assert run.status == "failed" and run.error and "illed" in run.error["title"]
    assert [m.step for m in run.metrics.all()] == [1, 2]
    runs.resume_run(principal, run)
    child("good")
    run = done(run)
    assert run.status == "succeeded" and run.error is None
    steps = [m.step for m in run.metrics.all()]
    assert steps == sorted(set(steps)) and steps[-1] == 6
    sent = [e.step for e in events.replay(f"run:{run.pk}") if e.type == "metrics"]
    assert sent == steps


def test_garbage_between_the_lines_does_no_harm(child: Any, make_run: Any) -> None:
    child("garbage")
    run = done(make_run())
    assert [(m.step, m.values["train/loss"]) for m in run.metrics.all()] == [(1, 1.0), (2, 0.5)]
    assert "nul  and" in run.log_lines.last().line
    assert run.status == "failed" and run.error and "nowhere" in run.error["detail"]


def test_a_preparation_that_fails_says_what_to_do(child: Any, make_run: Any, monkeypatch: Any) -> None:
    from core.errors import Unusable

    def missing(run: Run) -> Path:
        raise Unusable("There is no tiny.safetensors: put it there.")

    monkeypatch.setattr(execution, "prepare", missing)
    run = done(make_run())
    assert run.status == "failed" and run.error and run.error["title"].startswith("There is no tiny")


def test_a_bug_in_the_worker_ends_the_run_and_not_the_worker(
    child: Any, make_run: Any, monkeypatch: Any
) -> None:
    def broken(run: Run) -> Path:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(execution, "prepare", broken)
    run = done(make_run())
    assert run.status == "failed" and run.error and "ZeroDivisionError" in run.error["detail"]


def test_a_run_that_kills_its_workers_is_given_up(child: Any, make_run: Any) -> None:
    run = done(make_run(status="running", attempts=5, lease_expires_at=timezone.now() - timedelta(seconds=1)))
    assert run.status == "failed" and run.error and "died" in run.error["title"]


@pytest.mark.django_db(transaction=True)
def test_a_cancel_takes_effect_within_two_seconds(child: Any, make_run: Any, principal: Any) -> None:
    child("stubborn")
    run = make_run()
    asked: list[float] = []

    def cancel() -> None:
        try:
            while not Run.objects.get(pk=run.pk).metrics.exists():
                time.sleep(0.05)
            runs.cancel_run(principal, Run.objects.get(pk=run.pk))
            asked.append(time.monotonic())
        finally:
            connection.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    run = done(run)
    thread.join()
    assert run.status == "cancelled" and run.finished_at and run.lease_token is None
    assert time.monotonic() - asked[0] < 2


def test_a_worker_that_is_asked_to_end_gives_its_run_back(
    child: Any, make_run: Any, monkeypatch: pytest.MonkeyPatch, sent: list[Any]
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(execution, "_stopping", stopping)
    child("slow")
    run = make_run(sent_at=timezone.now())
    threading.Timer(1.0, execution.stop_soon).start()
    run = done(run)
    assert run.status == "queued" and run.lease_token is None and run.finished_at is None
    assert "goes on" in run.message and run.metrics.exists()
    runs.requeue_forgotten()
    assert [args for _, args, _ in sent] == [(run.pk,)]
    assert done(run).status == "queued"
    stopping.clear()
    child("good")
    assert done(run).status == "succeeded"


def test_a_run_cancelled_while_its_worker_stops_is_cancelled(make_run: Any) -> None:
    run = make_run()
    token = leases.claim(Run.objects.filter(pk=run.pk), 60, status="running", cancel_requested=True)
    assert token
    execution.finish(run, token, Outcome(Ending.PAUSED))
    assert run.status == "cancelled" and run.finished_at and run.lease_token is None
    assert statuses(run) == ["cancelled"]


def test_waiting_and_orphaned_runs_are_sent_again(make_run: Any, sent: list[Any]) -> None:
    now = timezone.now()
    old = now - timedelta(minutes=5)
    waiting = make_run(sent_at=old)
    fresh = make_run(sent_at=now)
    orphaned = make_run(status="running", sent_at=old, lease_token=uuid.uuid4(), lease_expires_at=old)
    held = make_run(
        status="running", sent_at=old, lease_token=uuid.uuid4(), lease_expires_at=now + timedelta(minutes=1)
    )
    ended = make_run(status="failed", sent_at=old)
    runs.requeue_forgotten()
    assert {args[0] for _, args, _ in sent} == {waiting.pk, orphaned.pk}
    assert {queue for *_, queue in sent} == {"gpu"}
    sent.clear()
    runs.requeue_forgotten()
    assert sent == []
    assert {fresh.pk, held.pk, ended.pk}.isdisjoint({args[0] for _, args, _ in sent})


def test_runs_behind_a_working_one_are_not_sent_over_and_over(make_run: Any, sent: list[Any]) -> None:
    now = timezone.now()
    make_run(status="running", lease_token=uuid.uuid4(), lease_expires_at=now + timedelta(minutes=1))
    make_run(sent_at=now - timedelta(seconds=20))
    runs.requeue_forgotten()
    assert sent == []


def test_a_cancelled_run_whose_worker_died_is_ended(make_run: Any, sent: list[Any]) -> None:
    old = timezone.now() - timedelta(minutes=5)
    run = make_run(
        status="running", cancel_requested=True, sent_at=old, lease_token=uuid.uuid4(), lease_expires_at=old
    )
    runs.requeue_forgotten()
    assert sent == []
    assert Run.objects.get(pk=run.pk).status == "cancelled"


def test_a_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in execution.SECRETS:
        monkeypatch.setenv(name, "secret")
    assert "secret" not in execution.child_environment().values()


def test_several_devices_train_under_the_launcher(make_run: Any) -> None:
    folder = Path("/runs/x")
    one = execution.command(make_run(), folder)
    assert one[1:] == ["-m", "training.ml.train", "/runs/x"]
    many = execution.command(make_run(hardware={"device": "cuda", "gpus": 4}), folder)
    assert many[1:3] == ["-m", "torch.distributed.run"] and many[-1] == "/runs/x" and "4" in many


def test_several_machines_meet_where_the_worker_says(make_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSERA_LAUNCHER", "--nnodes 2 --master_addr first")
    command = execution.command(make_run(), Path("/runs/x"))
    assert command[3:7] == ["--nnodes", "2", "--master_addr", "first"]
    assert command[7:] == ["--nproc_per_node", "1", "-m", "training.ml.train", "/runs/x"]


def test_more_processes_than_cores_never_start(make_run: Any) -> None:
    run = make_run(hardware={"device": "cpu", "gpus": 64, "precision": "fp32"})
    with pytest.raises(Unusable, match=r"hardware\.gpus is 64"):
        execution.command(run, Path("/runs/x"))
