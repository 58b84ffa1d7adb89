"""Runs: started, cancelled, resumed, deleted, and sent again when a worker forgot them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, RestrictedError
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Snapshot
from annotations.services.snapshots import create_snapshot
from core import leases, queue
from core.errors import BadInput, Conflict, FieldError, Unusable
from projects.models import Asset, Project
from training import options, waiting
from training.checks import Problems
from training.models import WORKING, Priority, Run, RunStatus, Workflow
from training.services.ingestion import announce_status
from training.services.workflows import context_of, current_version
from training.specification import KEYS, merge, rename_fields, resolve

TASK = "training.run"
QUEUE = "gpu"
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
    settings = _settings(asked)
    overrides = _overrides(asked.get("overrides"))
    version = current_version(workflow)
    chosen = _chosen_snapshot(workflow.project, asked.get("snapshot"))
    names = [entry["name"] for entry in chosen.classes if not entry.get("ignore")] if chosen else None
    spec = _resolve(workflow.project, version.spec, overrides, names)
    snapshot = chosen or _current_snapshot(principal, workflow.project)
    _check_data(snapshot)
    steps = [spec["hyperparameters"].get("steps") or 0, settings["limits"].get("steps") or 0]
    now = timezone.now()
    with transaction.atomic():
        number = Run.objects.filter(workflow_version__workflow=workflow).count() + 1
        run = Run.objects.create(
            project=workflow.project,
            workflow_version=version,
            snapshot=snapshot,
            name=(asked.get("name") or "").strip() or f"{workflow.name} {number}",
            notes=asked.get("notes", ""),
            tags=asked.get("tags", []),
            priority=asked.get("priority", Priority.NORMAL),
            spec=spec,
            **settings,
            total_steps=min((count for count in steps if count), default=0),
            queued_at=now,
            sent_at=now,
            created_by=principal.user,
        )
        audit(principal, "run.start", "run", run.pk, workflow.project.workspace_id, {"name": run.name})
        queue.enqueue(TASK, run.pk, queue=QUEUE)
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
        locked.cancel_requested = True
        if locked.status == RunStatus.QUEUED:
            locked.status, locked.finished_at = RunStatus.CANCELLED, timezone.now()
        else:
            locked.message = "cancelling"
        locked.save(update_fields=["cancel_requested", "status", "finished_at", "message", "updated_at"])
        audit(principal, "run.cancel", "run", run.pk, run.project.workspace_id)
        announce_status(locked)
    return locked


def resume_run(principal: Principal, run: Run) -> Run:
    """Queue a failed or cancelled run again; it goes on at its last checkpoint."""
    with transaction.atomic():
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if locked.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
            raise Conflict(f"Only a failed or cancelled run can be resumed; this one is {locked.status}.")
        now = timezone.now()
        Run.objects.filter(pk=run.pk).update(
            status=RunStatus.QUEUED,
            error=None,
            message="",
            cancel_requested=False,
            attempts=0,
            lease_token=None,
            lease_expires_at=None,
            queued_at=now,
            sent_at=now,
            finished_at=None,
        )
        locked.refresh_from_db()
        audit(principal, "run.resume", "run", run.pk, run.project.workspace_id)
        queue.enqueue(TASK, run.pk, queue=QUEUE)
        announce_status(locked)
    return locked


def delete_run(principal: Principal, run: Run) -> None:
    """Remove a run with its curves, artifacts and files. Raises Conflict while it works or is deployed."""
    run_id = run.pk
    try:
        with transaction.atomic():
            locked = Run.objects.select_for_update().get(pk=run.pk)
            if locked.is_active:
                raise Conflict("The run is still at work; cancel it first.")
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
        queue.send(TASK, (run.pk,), QUEUE)


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


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    problems = Problems()
    settings = {
        "hardware": options.hardware(asked.get("hardware"), problems),
        "checkpoints": options.checkpoints(asked.get("checkpoints"), problems),
        "limits": options.limits(asked.get("limits"), problems),
    }
    problems.stop()
    return settings


def _overrides(value: object) -> dict[str, Any]:
    problems = Problems()
    overrides = problems.mapping(value, "overrides", KEYS)
    problems.stop()
    return overrides


def _resolve(
    project: Project, spec: dict[str, Any], overrides: dict[str, Any], class_names: list[str] | None
) -> dict[str, Any]:
    try:
        return resolve(merge(spec, overrides), context_of(project, class_names))
    except BadInput as error:
        errors = rename_fields(error.errors, overrides, "spec", "overrides")
        detail = "; ".join(f"{field}: {message}" for field, message in errors[:3])
        raise BadInput(detail, errors) from error


def _chosen_snapshot(project: Project, snapshot_id: Any) -> Snapshot | None:
    if snapshot_id is None:
        return None
    snapshot = Snapshot.objects.filter(pk=snapshot_id, project=project).first()
    if snapshot is None:
        message = "the project has no snapshot of this id"
        raise BadInput(f"snapshot: {message}", [FieldError("snapshot", message)])
    return snapshot


def _current_snapshot(principal: Principal, project: Project) -> Snapshot:
    if not project.label_classes.filter(ignore=False).exists():
        raise Unusable("There is nothing to learn yet: add a class to the project and label images with it.")
    if not project.assets.filter(status=Asset.Status.READY).exists():
        raise Unusable("There is nothing to train on yet: upload images and label at least two of them.")
    if not project.assets.filter(status=Asset.Status.READY, annotation_count__gt=0).exists():
        raise Unusable("No image is labelled yet: label at least two images, or import annotations.")
    return create_snapshot(principal, project)[0]


def _check_data(snapshot: Snapshot) -> None:
    counts = snapshot.counts
    if not counts.get("annotations"):
        raise Unusable("The snapshot holds no annotation: label at least two images and make a new one.")
    if not counts.get("train"):
        raise Unusable("The snapshot has no image in the split train: assign some and make a new snapshot.")
    if not counts.get("val"):
        raise Unusable(
            "The snapshot has no image in the split val, so nothing could be measured: "
            "label at least two images, or move one to val, and make a new snapshot."
        )


def _ended(run: Run) -> str:
    return {"succeeded": "succeeded", "failed": "failed"}.get(run.status, "was cancelled")
