"""Files that nobody needs any longer: uploads of imports that are over, and exports that grew old."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

from django.utils import timezone

from annotations.services import imports, sweeping
from core.errors import NotFound
from core.models import Job
from core.storage import storage
from projects.models import Project

EVERY_SECONDS = 60.0
EXPORTS_LAST = timedelta(days=7)
# An upload is stored before the job that names it is committed.
UNNAMED_LASTS = timedelta(hours=1)
_OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
_last = -EVERY_SECONDS


def tidy_now_and_then() -> None:
    """For the ticker, which calls every second: tidy at most once a minute."""
    global _last
    now = time.monotonic()
    if now - _last < EVERY_SECONDS:
        return
    _last = now
    tidy_imports()
    tidy_sweeps()
    tidy_exports()


def tidy_imports() -> None:
    """Remove the files of imports whose job is over, and those that no job ever named."""
    _tidy_named("imports", imports.KIND)


def tidy_sweeps() -> None:
    """The same for the lists of what deleted projects named."""
    _tidy_named("sweeps", sweeping.KIND)


def _tidy_named(prefix: str, kind: str) -> None:
    keys = list(storage.keys(prefix))
    jobs = Job.objects.filter(kind=kind, payload__key__in=keys) if keys else Job.objects.none()
    is_open = {payload["key"]: status in _OPEN for payload, status in jobs.values_list("payload", "status")}
    for key in keys:
        if key in is_open:
            if not is_open[key]:
                storage.delete(key)
        elif _is_older(key, UNNAMED_LASTS):
            storage.delete(key)


def tidy_exports() -> None:
    """Remove exports after a week, and those of projects that are gone."""
    named = {key: _job_id(key) for key in storage.keys("exports")}
    ids = [job_id for job_id in named.values() if job_id]
    project_of = dict(Job.objects.filter(pk__in=ids).values_list("pk", "project_id"))
    living = set(Project.objects.filter(pk__in=set(project_of.values())).values_list("pk", flat=True))
    for key, job_id in named.items():
        project = project_of.get(job_id) if job_id else None
        if (project is not None and project not in living) or _is_older(key, EXPORTS_LAST):
            storage.delete(key)


def _job_id(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key.removeprefix("exports/").removesuffix(".zip"))
    except ValueError:
        return None


def _is_older(key: str, age: timedelta) -> bool:
    try:
        return storage.modified(key) < timezone.now() - age
    except NotFound:
        return False
