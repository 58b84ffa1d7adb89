"""What every run goes through before it is queued: settings, a spec, data, and then its row."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Snapshot
from annotations.services.snapshots import create_snapshot
from core import queue
from core.errors import BadInput, FieldError, Unusable
from projects.models import Asset, Project
from training import options
from training.checks import Problems
from training.models import Run, RunStatus, WorkflowVersion
from training.services.workflows import context_of
from training.specification import KEYS, merge, rename_fields, resolve

TASK = "training.run"
QUEUE = "gpu"


def queue_run(
    principal: Principal,
    version: WorkflowVersion,
    snapshot: Snapshot,
    spec: dict[str, Any],
    settings: dict[str, Any],
    **values: Any,
) -> Run:
    """The row of a run, sent to the workers on commit; the caller announces it. `settings` are those of
    `settings_of`."""
    now = timezone.now()
    project = version.workflow.project
    with transaction.atomic():
        run = Run.objects.create(
            project=project,
            workflow_version=version,
            snapshot=snapshot,
            spec=spec,
            **settings,
            **values,
            total_steps=steps_to_do(spec, settings["limits"]),
            queued_at=now,
            sent_at=now,
            created_by=principal.user,
        )
        audit(principal, "run.start", "run", run.pk, project.workspace_id, {"name": run.name})
        queue.enqueue(TASK, run.pk, queue=QUEUE)
    return run


def queue_again(run: Run, **changes: Any) -> None:
    """Back into the queue, to go on at the last checkpoint; the caller holds the row and announces it."""
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
        **changes,
    )
    run.refresh_from_db()
    queue.enqueue(TASK, run.pk, queue=QUEUE)


def steps_to_do(spec: dict[str, Any], limits: dict[str, Any]) -> int:
    """How many steps a run will take as far as that is known before it reads its data; 0 where it is not."""
    known = [spec["hyperparameters"].get("steps") or 0, limits.get("steps") or 0]
    return min((count for count in known if count), default=0)


def settings_of(asked: dict[str, Any]) -> dict[str, Any]:
    """`hardware`, `checkpoints` and `limits` with their defaults; raises BadInput naming each wrong field."""
    problems = Problems()
    settings = {
        "hardware": options.hardware(asked.get("hardware"), problems),
        "checkpoints": options.checkpoints(asked.get("checkpoints"), problems),
        "limits": options.limits(asked.get("limits"), problems),
    }
    problems.stop()
    return settings


def overrides_of(value: object) -> dict[str, Any]:
    """What is laid over a workflow's spec; raises BadInput."""
    problems = Problems()
    overrides = problems.mapping(value, "overrides", KEYS)
    problems.stop()
    return overrides


def resolved(
    project: Project, spec: dict[str, Any], overrides: dict[str, Any], snapshot: Snapshot | None
) -> dict[str, Any]:
    """The spec with `overrides` laid over it and every default filled in, for the classes of the snapshot, or
    of the project where there is none yet. Raises BadInput naming what was overridden as it was sent.
    """
    names = [entry["name"] for entry in snapshot.classes if not entry.get("ignore")] if snapshot else None
    try:
        return resolve(merge(spec, overrides), context_of(project, names))
    except BadInput as error:
        errors = rename_fields(error.errors, overrides, "spec", "overrides")
        detail = "; ".join(f"{field}: {message}" for field, message in errors[:3])
        raise BadInput(detail, errors) from error


def chosen_snapshot(project: Project, snapshot_id: Any) -> Snapshot | None:
    """The project's snapshot of this id, None where none was asked for; raises BadInput."""
    if snapshot_id is None:
        return None
    snapshot = Snapshot.objects.filter(pk=snapshot_id, project=project).first()
    if snapshot is None:
        message = "the project has no snapshot of this id"
        raise BadInput(f"snapshot: {message}", [FieldError("snapshot", message)])
    return snapshot


def current_snapshot(principal: Principal, project: Project) -> Snapshot:
    """The project's state as a snapshot; raises Unusable where there is nothing to train on yet."""
    if not project.label_classes.filter(ignore=False).exists():
        raise Unusable("There is nothing to learn yet: add a class to the project and label images with it.")
    if not project.assets.filter(status=Asset.Status.READY).exists():
        raise Unusable("There is nothing to train on yet: upload images and label at least two of them.")
    if not project.assets.filter(status=Asset.Status.READY, annotation_count__gt=0).exists():
        raise Unusable("No image is labelled yet: label at least two images, or import annotations.")
    return create_snapshot(principal, project)[0]


def check_data(snapshot: Snapshot) -> None:
    """Raises Unusable where the snapshot does not suffice to train and to measure."""
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
