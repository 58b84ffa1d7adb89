"""Files of prediction jobs that nobody needs any longer."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from core.models import Job
from core.storage import storage
from deployments.models import Deployment
from deployments.services import prelabelling
from deployments.services.bulk_jobs import KIND, RESULT, WORK

EVERY_SECONDS = 300.0
RESULTS_LAST = timedelta(days=7)
# A video is stored before the job that names it is committed.
UNNAMED_LASTS = timedelta(hours=1)
_last = -EVERY_SECONDS


def tidy_now_and_then() -> None:
    """For the ticker, which calls every second."""
    global _last
    now = time.monotonic()
    if now - _last < EVERY_SECONDS:
        return
    _last = now
    tidy()


def tidy() -> None:
    """Leave of a finished job its ZIP alone, of one that has none, failed or grew old nothing."""
    folders = [f"{WORK}/{name}" for name in storage.folders(WORK)]
    if not folders:
        return
    named = Job.objects.filter(kind__in=(KIND, prelabelling.KIND), payload__folder__in=folders)
    jobs = {job.payload["folder"]: job for job in named}
    living = {str(key) for key in Deployment.objects.values_list("pk", flat=True)}
    for folder in folders:
        job = jobs.get(folder)
        if job is None:
            _forget_unnamed(folder)
        elif job.is_final and _is_over(job, living):
            storage.delete_tree(folder)
        elif job.is_final:
            for key in list(storage.keys(folder)):
                if key != f"{folder}/{RESULT}":
                    storage.delete(key)


def _is_over(job: Job, living: set[str]) -> bool:
    if job.kind == prelabelling.KIND:
        return True
    grown_old = job.finished_at is not None and job.finished_at < timezone.now() - RESULTS_LAST
    return grown_old or job.status != Job.Status.SUCCEEDED or job.payload["deployment"] not in living


def _forget_unnamed(folder: str) -> None:
    keys = list(storage.keys(folder))
    if all(storage.modified(key) < timezone.now() - UNNAMED_LASTS for key in keys):
        storage.delete_tree(folder)
