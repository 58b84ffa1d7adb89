"""Runs: started, cancelled, resumed, deleted, and sent again when a worker forgot them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, RestrictedError
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from core import leases, queue
from core.errors import Conflict
from training import waiting
from training.models import WORKING, Priority, Run, RunStatus, Workflow
from training.services import starting
from training.services.ingestion import announce_status
from training.services.origins import artifacts_spoken, user_of
from training.services.workflows import current_version

RESEND_AFTER = timedelta(seconds=5)
# While a worker is busy, waiting runs are not forgotten, they queue.
RESEND_AFTER_WHILE_BUSY = timedelta(seconds=60)
RESEND_AT_ONCE = 20
REAPER_SECONDS = 10.0


def start_run(principal: Principal, workflow: Workflow, asked: dict[str, Any]) -> Run:
    """Queue a run of the workflow's current version.

    `asked` may hold `name`, `notes`, `tags`, `priority`, `snapshot` (an id), `hardware`, `checkpoints`,
    `limits` and `overrides`. Raises BadInput naming the field, Unusable when there is nothing to train on.
    """
    settings = starting.settings_of(asked)
    overrides = starting.overrides_of(asked.get("overrides"))
    version = current_version(workflow)
    chosen = starting.chosen_snapshot(workflow.project, asked.get("snapshot"))
    spec = starting.resolved(workflow.project, version.spec, overrides, chosen)
    snapshot = chosen or starting.current_snapshot(principal, workflow.project)
    starting.check_data(snapshot)
    with transaction.atomic():
        number = Run.objects.filter(workflow_version__workflow=workflow).count() + 1
        run = starting.queue_run(
            principal,
            version,
            snapshot,
            spec,
            settings,
            name=(asked.get("name") or "").strip() or f"{workflow.name} {number}",
            notes=asked.get("notes", ""),
            tags=asked.get("tags", []),
            priority=asked.get("priority", Priority.NORMAL),
        )
        announce_status(run)
    return run


def change_run(principal: Principal, run: Run, **changes: Any) -> Run:
    """Set `name`, `notes`, `tags` or `priority`; a priority moves a run that waits."""
    if not changes:
        return run
    with transaction.atomic():
        # Only these columns: a worker writes the others meanwhile.
        Run.objects.filter(pk=run.pk).update(**changes, updated_at=timezone.now())
        run.refresh_from_db()
        audit(principal, "run.change", "run", run.pk, run.project.workspace_id, {"fields": sorted(changes)})
        announce_status(run)
    return run


def cancel_run(principal: Principal, run: Run) -> Run:
    """Stop a run: at once where it waits, within two seconds where it works; Conflict when it ended."""
    with transaction.atomic():
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if not locked.is_active:
            raise Conflict(f"The run has ended already: it {_ended(locked)}.")
        audit(principal, "run.cancel", "run", run.pk, run.project.workspace_id)
        stop(locked)
        announce_status(locked)
    return locked


def stop(run: Run) -> None:
    """Ask an active run to end; the caller has locked it and announces it."""
    run.cancel_requested = True
    if run.status == RunStatus.QUEUED:
        run.status, run.finished_at = RunStatus.CANCELLED, timezone.now()
    else:
        run.message = "cancelling"
    run.save(update_fields=["cancel_requested", "status", "finished_at", "message", "updated_at"])


def resume_run(principal: Principal, run: Run) -> Run:
    """Queue a failed or cancelled run again; it goes on at its last checkpoint."""
    with transaction.atomic():
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if locked.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
            raise Conflict(f"Only a failed or cancelled run can be resumed; this one is {locked.status}.")
        audit(principal, "run.resume", "run", run.pk, run.project.workspace_id)
        starting.queue_again(locked)
        announce_status(locked)
    return locked


def delete_run(principal: Principal, run: Run) -> None:
    """Remove a run with its curves, artifacts and files. Raises Conflict while it works, is deployed
    or is what another run starts from."""
    run_id = run.pk
    try:
        with transaction.atomic():
            locked = Run.objects.select_for_update().get(pk=run.pk)
            if locked.is_active:
                raise Conflict("The run is still at work; cancel it first.")
            made = locked.artifacts.values_list("pk", flat=True)
            user = user_of(locked.project_id, artifacts_spoken(made))
            if user:
                raise Conflict(f"{user} needs an artifact of this run; wait for its end, or cancel it.")
            locked.delete()
            audit(principal, "run.delete", "run", run_id, run.project.workspace_id, {"name": run.name})
    except RestrictedError as error:
        raise Conflict("A deployment uses an artifact of this run; delete the deployment first.") from error


def requeue_forgotten() -> None:
    """Send again what waits unseen or whose worker died; end what was cancelled meanwhile."""
    now = timezone.now()
    _end_cancelled(now)
    busy = Run.objects.filter(status__in=WORKING, lease_expires_at__gt=now).exists()
    patience = RESEND_AFTER_WHILE_BUSY if busy else RESEND_AFTER
    waiting = Q(status=RunStatus.QUEUED) & (Q(sent_at=None) | Q(sent_at__lt=now - patience))
    orphaned = Q(status__in=WORKING, lease_expires_at__lt=now) & (
        Q(sent_at=None) | Q(sent_at__lt=now - RESEND_AFTER)
    )
    for run in Run.objects.filter(waiting | orphaned).order_by("queued_at")[:RESEND_AT_ONCE]:
        Run.objects.filter(pk=run.pk).update(sent_at=now)
        queue.send(starting.TASK, (run.pk,), starting.QUEUE)


def _end_cancelled(now: Any) -> None:
    """A cancelled run whose worker died has nobody left to write its end."""
    for run in Run.objects.filter(status__in=WORKING, cancel_requested=True, lease_expires_at__lt=now):
        token = leases.claim(Run.objects.filter(pk=run.pk, status__in=WORKING), REAPER_SECONDS)
        if token is None:
            continue
        with transaction.atomic():
            ending = {"status": RunStatus.CANCELLED, "finished_at": now, "message": "", "eta_seconds": None}
            if leases.release(Run, run.pk, token, **ending):
                waiting.vacate(run.pk)
                run.refresh_from_db()
                announce_status(run)


def _ended(run: Run) -> str:
    return {"succeeded": "succeeded", "failed": "failed"}.get(run.status, "was cancelled")
