"""Celery's door to jobs."""

from __future__ import annotations

from celery import shared_task

from core import jobs


@shared_task(name="core.run_job", acks_late=True, reject_on_worker_lost=True)
def run_job(job_id: str) -> None:
    jobs.run(job_id)
