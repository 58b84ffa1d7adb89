"""Deployments: made, changed by new versions, rolled back, stopped, started and deleted."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from accounts.principals import Principal
from core import queue
from core.errors import BadInput, Conflict, FieldError, Unavailable
from deployments import inference, options
from deployments.models import Deployment, DeploymentStatus, DeploymentVersion
from deployments.services.gating import pass_gates
from deployments.services.reconciliation import TASK
from deployments.services.sources import choose, source_of
from deployments.services.versions import (
    await_export,
    begin,
    changed,
    keep,
    locked,
    note,
    switch,
    version_of,
)
from projects.models import Project


def create_deployment(principal: Principal, project: Project, asked: dict[str, Any]) -> Deployment:
    """Version 1 of a deployment; raises BadInput naming the field, Conflict when the name is taken."""
    source = choose(project, asked)
    name = _named(asked["name"])
    more = {
        "idle_minutes": options.idle_minutes(asked.get("idle_minutes")),
        "sampling": options.sampling(asked.get("sampling")),
    }
    try:
        with transaction.atomic():
            pass_gates(principal, source.artifact, asked.get("override_gates", False))
            deployment = Deployment(
                project=project,
                name=name,
                artifact=source.artifact,
                export=source.export,
                created_by=principal.user,
                **source.settings,
                **more,
            )
            await_export(principal, deployment, source)
            begin(deployment)
            deployment.save(force_insert=True)
            keep(principal, deployment, source, deployment.version, served=True)
            note(principal, "create", deployment, {"name": name})
            changed(deployment)
    except IntegrityError as error:
        raise _taken(name) from error
    return deployment


def change_deployment(principal: Principal, deployment: Deployment, asked: dict[str, Any]) -> Deployment:
    """Another name, time to sleep, or sampling: what makes no new version. Raises BadInput or Conflict."""
    changes: dict[str, Any] = {}
    if "name" in asked:
        changes["name"] = _named(asked["name"])
    if "idle_minutes" in asked:
        changes["idle_minutes"] = options.idle_minutes(asked["idle_minutes"])
    if "sampling" in asked:
        changes["sampling"] = options.sampling(asked["sampling"])
    try:
        with transaction.atomic():
            row = locked(deployment)
            for name, value in changes.items():
                setattr(row, name, value)
            row.save(update_fields=[*changes, "updated_at"])
            note(principal, "change", row, changes)
            changed(row)
    except IntegrityError as error:
        raise _taken(changes["name"]) from error
    return row


@transaction.atomic
def add_version(principal: Principal, deployment: Deployment, asked: dict[str, Any]) -> DeploymentVersion:
    """Serve something else; what is not asked for stays. The old version answers until the new is warm.

    With `serve` false the version is only kept, for a canary or a shadow.
    """
    row = locked(deployment)
    source = choose(row.project, asked, row)
    if source.artifact.pk != row.artifact_id:
        pass_gates(principal, source.artifact, asked.get("override_gates", False))
    if asked.get("serve", True):
        version = switch(principal, row, source)
    elif source.incomplete:
        message = f"there is no {options.CALIBRATED} export of this artifact to keep; make it first"
        raise BadInput(f"quantization: {message}", [FieldError("quantization", message)])
    else:
        last = row.versions.order_by("-version").values_list("version", flat=True)[0]
        version = keep(principal, row, source, last + 1, served=False)
    note(principal, "version", row, {"version": version.version, "artifact": str(source.artifact.pk)})
    return version


@transaction.atomic
def roll_back(principal: Principal, deployment: Deployment, version: int | None = None) -> Deployment:
    """Serve an earlier version again, as a new one; by default the one that was served before."""
    row = locked(deployment)
    if version is None:
        served = row.versions.exclude(version=row.version).exclude(served_at=None)
        version = served.order_by("-served_at", "-version").values_list("version", flat=True).first()
        if version is None:
            raise Conflict("Nothing was served before this version: there is nothing to roll back to.")
    found = version_of(row, version)
    if version == row.version:
        raise Conflict(f"Version {version} is the current one.")
    switch(principal, row, source_of(found))
    note(principal, "rollback", row, {"to": version, "version": row.version})
    return row


@transaction.atomic
def stop_deployment(principal: Principal, deployment: Deployment) -> Deployment:
    """Answer no more and free the memory; stopping twice is no error."""
    row = locked(deployment)
    if row.status == DeploymentStatus.STOPPED:
        return row
    row.status, row.message, row.error = DeploymentStatus.STOPPED, "", None
    row.asleep, row.restarts = False, 0
    row.save(update_fields=["status", "message", "error", "asleep", "restarts", "updated_at"])
    note(principal, "stop", row)
    changed(row)
    return row


def start_deployment(principal: Principal, deployment: Deployment) -> Deployment:
    """Serve again what was stopped, or try again what failed to load."""
    if deployment.status == DeploymentStatus.FAILED and deployment.awaited_job is None:
        _forget_failure(deployment)
    with transaction.atomic():
        row = locked(deployment)
        if row.status in (DeploymentStatus.READY, DeploymentStatus.STARTING):
            return row
        if row.awaited_job is None or row.status == DeploymentStatus.FAILED:
            source = source_of(row)
            row.export = source.export
            await_export(principal, row, source)
            row.versions.filter(version=row.version).update(export=source.export)
        begin(row)
        row.save()
        note(principal, "start", row)
        changed(row)
    return row


@transaction.atomic
def delete_deployment(principal: Principal, deployment: Deployment) -> None:
    note(principal, "delete", deployment, {"name": deployment.name})
    deployment.delete()
    queue.enqueue(TASK)


def _forget_failure(deployment: Deployment) -> None:
    """The server remembers a failed load until it is told to forget it."""
    branches = [branch for branch in (deployment.canary, deployment.shadow) if branch]
    models: list[uuid.UUID | str] = [f"{deployment.pk}@{branch['version']}" for branch in branches]
    try:
        for model in [deployment.pk, *models]:
            inference.delete(model)
    except Unavailable:
        # It forgets by restarting as well.
        return


def _named(name: str) -> str:
    if not name.strip():
        raise BadInput("name: must not be empty", [FieldError("name", "must not be empty")])
    return name.strip()


def _taken(name: str) -> Conflict:
    return Conflict(f"The project has a deployment named {name!r} already.", [FieldError("name", "is taken")])
