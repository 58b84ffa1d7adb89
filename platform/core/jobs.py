"""Long work as rows: created by a service, run by whichever worker claims it, watched over REST or a socket.

A floor above registers what a kind does with `@handler("annotations.import")` in its `tasks.py`.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core import events, leases, queue
from core.errors import Conflict, TesseraError
from core.http.problems import document
from core.models import Job

LEASE_SECONDS = 30.0
MAX_ATTEMPTS = 3
RESEND_AFTER = timedelta(seconds=15)
RESEND_AT_ONCE = 20
PROGRESS_EVERY = 0.3
logger = logging.getLogger(__name__)

Handler = Callable[["JobHandle"], dict[str, Any]]
_handlers: dict[str, Handler] = {}
# Of kinds that are long but light: how many a worker process does at a time, so that some of its threads stay
# free for short work.
_turns: dict[str, threading.BoundedSemaphore] = {}
# What is to be done about a job that did not succeed, in the transaction that ends it.
_unsuccessful: dict[str, Callable[[Job], None]] = {}


class Cancelled(Exception):
    """The user asked for the job to stop; raised by `JobHandle.progress`."""


class LeaseLost(Exception):
    """Another worker owns the job now: stop without a word."""


def handler(
    kind: str, at_once: int | None = None, unsuccessful: Callable[[Job], None] | None = None
) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of a kind; what it returns becomes the job's result.

    A process does no more than `at_once` of them at a time; the others stay in the queue. `unsuccessful` is
    called once with a job that failed or was cancelled, even where its worker died, in the transaction that
    says so.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        if at_once is not None:
            _turns[kind] = threading.BoundedSemaphore(at_once)
        if unsuccessful is not None:
            _unsuccessful[kind] = unsuccessful
        return function

    return register


def create_job(
    kind: str,
    *,
    workspace_id: uuid.UUID,
    project_id: uuid.UUID | None = None,
    created_by: Any = None,
    payload: dict[str, Any] | None = None,
    to: str = "default",
    message: str = "",
) -> Job:
    """A queued job, sent on commit to the workers of the queue `to`. Members of the workspace may see it;
    `message` is what it shows until a worker takes it up.
    """
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            project_id=project_id,
            workspace_id=workspace_id,
            created_by=created_by,
            payload=payload or {},
            queue=to,
            message=message,
            sent_at=timezone.now(),
        )
        queue.enqueue("core.run_job", job.id, queue=to)
        _announce(job)
    return job


def as_dict(job: Job) -> dict[str, Any]:
    """The job as the API shows it."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "status": job.status,
        "progress": job.progress,
        "message": job.message,
        "result": job.result,
        "error": job.error,
        "project": str(job.project_id) if job.project_id else None,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }


def cancel(job: Job) -> Job:
    """Ask a job to stop: at once where it waits, at its next step where it runs."""
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED)
        if waiting.update(status=Job.Status.CANCELLED, cancel_requested=True, finished_at=timezone.now()):
            job.refresh_from_db()
            _tell_unsuccessful(job)
            _announce(job)
            return job
        if not Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING).update(cancel_requested=True):
            raise Conflict(f"The job is {job.status} already.")
    job.refresh_from_db()
    return job


class JobHandle:
    """What a handler sees of its job."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.id = job.id
        self.kind = job.kind
        self.payload: dict[str, Any] = job.payload
        self.project_id = job.project_id
        self.workspace_id = job.workspace_id
        self.created_by_id = job.created_by_id
        self.attempts = job.attempts
        self._token = token
        self._written = 0.0

    def progress(self, fraction: float, message: str = "") -> None:
        """Say how far the work is (0…1). Cheap to call often; raises Cancelled or LeaseLost."""
        now = time.monotonic()
        if now - self._written < PROGRESS_EVERY and fraction < 1:
            return
        self._written = now
        changes: dict[str, Any] = {"progress": min(max(fraction, 0.0), 1.0)}
        if message:
            changes["message"] = message[:500]
        if not leases.renew(Job, self.id, self._token, LEASE_SECONDS, **changes):
            raise LeaseLost
        job = Job.objects.get(pk=self.id)
        if job.cancel_requested:
            raise Cancelled
        _announce(job)

    def kept(self) -> None:
        """Say that work is kept which no attempt does again: workers that died before no longer count."""
        if not leases.renew(Job, self.id, self._token, LEASE_SECONDS, attempts=1):
            raise LeaseLost


def run(job_id: str) -> None:
    """Do one job if it is still to be done, nobody else does it, and it is its turn here."""
    open_jobs = Job.objects.filter(pk=job_id, status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    kind = open_jobs.values_list("kind", flat=True).first()
    turn = _turns.get(kind or "")
    if turn is None:
        _run(job_id, open_jobs)
    elif turn.acquire(blocking=False):
        try:
            _run(job_id, open_jobs)
        finally:
            turn.release()
            _send_next(kind or "")


def _send_next(kind: str) -> None:
    """What was sent while others of its kind had their turn was dropped: now it comes at once."""
    waiting = Job.objects.filter(kind=kind, status=Job.Status.QUEUED).order_by("created_at").first()
    if waiting is not None:
        Job.objects.filter(pk=waiting.pk).update(sent_at=timezone.now())
        queue.send("core.run_job", (waiting.pk,), waiting.queue)


def _run(job_id: str, open_jobs: QuerySet[Job]) -> None:
    token = leases.claim(open_jobs, LEASE_SECONDS, status=Job.Status.RUNNING)
    if token is None:
        return
    job = Job.objects.get(pk=job_id)
    _announce(job)
    done = threading.Event()
    heart = threading.Thread(target=_beat, args=(job.id, token, done), daemon=True)
    heart.start()
    try:
        result = _handlers[job.kind](JobHandle(job, token))
        _finish(job, token, Job.Status.SUCCEEDED, progress=1.0, result=result)
    except LeaseLost:
        logger.warning("job %s (%s) went to another worker", job.id, job.kind)
    except Cancelled:
        _finish(job, token, Job.Status.CANCELLED)
    except TesseraError as error:
        _finish(job, token, Job.Status.FAILED, error=document(error))
    except (OperationalError, InterfaceError):
        # The database's trouble, not the job's: the lease runs out and the reaper sends it again.
        logger.exception("job %s (%s) lost its database; it will be tried again", job.id, job.kind)
    except Exception:
        logger.exception("job %s (%s) failed", job.id, job.kind)
        last = traceback.format_exc().strip().splitlines()[-1]
        bug = TesseraError(f"The job hit a bug: {last}. The worker's log has the details.")
        _finish(job, token, Job.Status.FAILED, error=document(bug))
    finally:
        done.set()
        heart.join()


def _beat(job_id: uuid.UUID, token: uuid.UUID, done: threading.Event) -> None:
    """Keep the lease while a handler is inside one long step; dies with its process."""
    while not done.wait(LEASE_SECONDS / 3):
        try:
            leases.renew(Job, job_id, token, LEASE_SECONDS)
        except Exception:
            logger.exception("renewing the lease of job %s failed", job_id)
        finally:
            connection.close()


def _finish(job: Job, token: uuid.UUID, status: str, **changes: Any) -> None:
    with transaction.atomic():
        changes.update(status=status, finished_at=timezone.now())
        if not leases.release(Job, job.id, token, **changes):
            return
        job.refresh_from_db()
        _tell_unsuccessful(job)
        _announce(job)


def _tell_unsuccessful(job: Job) -> None:
    if job.status != Job.Status.SUCCEEDED and (tell := _unsuccessful.get(job.kind)):
        tell(job)


def _announce(job: Job) -> None:
    if job.project_id:
        events.emit(f"project:{job.project_id}", "job", {"job": as_dict(job)})


@leases.reaper("jobs")
def resend_forgotten() -> None:
    """Send again what waits too long or whose worker died; give up after a few deaths."""
    now = timezone.now()
    waiting = Q(status=Job.Status.QUEUED, sent_at__lt=now - RESEND_AFTER)
    orphaned = Q(status=Job.Status.RUNNING, lease_expires_at__lt=now)
    for job in Job.objects.filter(waiting | orphaned).order_by("created_at")[:RESEND_AT_ONCE]:
        if job.attempts >= MAX_ATTEMPTS and job.status == Job.Status.RUNNING:
            _give_up(job)
            continue
        if job.status == Job.Status.RUNNING and job.sent_at and job.sent_at > now - RESEND_AFTER:
            continue
        Job.objects.filter(pk=job.pk).update(sent_at=now)
        queue.send("core.run_job", (job.id,), job.queue)


def _give_up(job: Job) -> None:
    token = leases.claim(Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING), LEASE_SECONDS)
    if token is None:
        return
    reason = TesseraError(f"The worker died {MAX_ATTEMPTS} times while doing this; see the worker's log.")
    _finish(job, token, Job.Status.FAILED, error=document(reason))
