"""A full disk ends a run with a sentence, leaves neither process nor litter, and costs nothing afterwards."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from core.storage import storage
from tests.training.test_supervision import processes_of
from training import supervision
from training.models import Run
from training.services import execution, runs
from training.services.preparation import run_folder

FAKE = Path(__file__).with_name("fake_child.py")


def full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device", "/data/somewhere")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], Run]:
    """One attempt of a worker at the run, with a child of a few lines."""

    def prepared(run: Run) -> Path:
        folder = run_folder(run.pk)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    monkeypatch.setattr(execution, "prepare", prepared)
    monkeypatch.setattr(
        execution, "command", lambda run, folder: [sys.executable, str(FAKE), "good", str(folder)]
    )

    def once(run: Run) -> Run:
        execution.execute()
        return Run.objects.get(pk=run.pk)

    return once


def recovered(run: Run, principal: Any, work: Callable[[Run], Run]) -> Run:
    runs.resume_run(principal, run)
    run = work(run)
    assert run.status == "succeeded" and run.error is None
    assert [metric.step for metric in run.metrics.all()] == [1, 2, 3, 4, 5, 6]
    return run


def test_no_room_to_prepare(
    work: Callable[[Run], Run], make_run: Any, principal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(execution, "prepare", full)
        run = work(make_run())
    assert run.status == "failed" and run.lease_token is None
    assert run.error == {
        "title": "The worker's disk is full",
        "detail": "No space left on device: /data/somewhere",
        "hint": "Free space in the data folder, then resume the run: it goes on at its last checkpoint.",
    }
    recovered(run, principal, work)


def test_no_room_for_the_record_of_a_child_leaves_no_child(
    work: Callable[[Run], Run], make_run: Any, principal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    with monkeypatch.context() as patch:
        patch.setattr(supervision.Path, "write_text", full)
        run = work(run)
    assert run.status == "failed" and run.error and "disk is full" in run.error["title"]
    assert processes_of(run_folder(run.pk)) == []
    recovered(run, principal, work)


def test_no_room_for_artifacts_loses_none(
    work: Callable[[Run], Run], make_run: Any, principal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second file of each artifact does not fit: the first must not stay behind."""
    before, real, taken = set(storage.keys("artifacts")), storage.put, []

    def nearly_full(key: str, content: Any) -> str:
        taken.append(key)
        return real(key, content) if key.endswith("bundle.json") else full()

    with monkeypatch.context() as patch:
        patch.setattr(storage, "put", nearly_full)
        run = work(make_run())
    assert run.status == "failed" and run.error
    assert "not every artifact" in run.error["title"] and "No space left" in run.error["detail"]
    assert any(key.endswith("bundle.json") for key in taken)
    assert set(storage.keys("artifacts")) == before
    run = recovered(run, principal, work)
    assert [artifact.name for artifact in run.artifacts.all()] == ["step-6"]


@pytest.mark.parametrize("trouble", [OperationalError("disk full"), InterfaceError("connection closed")])
def test_a_database_without_room_is_no_end_of_the_run(
    work: Callable[[Run], Run], make_run: Any, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def away(*_: Any) -> None:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(execution, "_attempt", away)
        run = work(make_run())
    assert run.status == "preparing" and run.error is None and run.lease_token
    Run.objects.filter(pk=run.pk).update(lease_expires_at=run.queued_at)
    assert work(run).status == "succeeded"


def test_a_file_that_may_not_be_read_is_no_bug(
    work: Callable[[Run], Run], make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/data/runs")

    with monkeypatch.context() as patch:
        patch.setattr(execution, "prepare", forbidden)
        run = work(make_run())
    assert run.error and run.error["detail"] == "Permission denied: /data/runs"
