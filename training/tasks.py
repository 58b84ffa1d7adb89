"""Celery's door to runs, and the reaper that sends forgotten ones again."""

from __future__ import annotations

from celery import shared_task

from core.leases import reaper
from training.services import execution, runs


@shared_task(name="training.run", acks_late=False)
def run(run_id: str) -> None:
    execution.execute(run_id)


@reaper("training runs")
def requeue() -> None:
    runs.requeue_forgotten()
