"""Celery's door to runs, and the reapers that send forgotten ones again and go on with sweeps."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from core.jobs import JobHandle, handler
from core.leases import reaper
from training.services import evaluation_work, execution, label_check_work, reports, robustness, runs, sweeps
from training.services.evaluations import EVALUATE
from training.services.label_checks import CHECK


@shared_task(name="training.run", acks_late=False)
def run(run_id: str) -> None:
    execution.execute(run_id)


@handler(EVALUATE)
def evaluate(job: JobHandle) -> dict[str, Any]:
    return evaluation_work.run(job)


@handler(robustness.MEASURE)
def measure_robustness(job: JobHandle) -> dict[str, Any]:
    return robustness.run(job)


@handler(reports.REPORT)
def make_report(job: JobHandle) -> dict[str, Any]:
    return reports.run(job)


@handler(CHECK)
def check_labels(job: JobHandle) -> dict[str, Any]:
    return label_check_work.run(job)


@worker_shutting_down.connect
def _give_back(**_: Any) -> None:
    execution.stop_soon()


@reaper("training runs")
def requeue() -> None:
    runs.requeue_forgotten()


@reaper("sweeps")
def advance_sweeps() -> None:
    sweeps.advance_all()
