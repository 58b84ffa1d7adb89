"""Deployments: made, changed by new versions, rolled back, stopped, started and deleted."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from accounts.principals import Principal
from accounts.services import audit
from core import queue
from core.errors import BadInput, Conflict, FieldError, Unavailable
from deployments import inference, options
from deployments.models import Deployment, DeploymentStatus, DeploymentVersion
from deployments.services.reconciliation import announce
from projects.models import Project
from training.models import Artifact

TASK = "deployments.reconcile"
DEFAULTS = {"device": "cpu", "runtime": "torch", "quantization": "none", "replicas": 1}
SETTINGS = tuple(DEFAULTS)


def create_deployment(principal: Principal, project: Project, asked: dict[str, Any]) -> Deployment:
    """Version 1 of a deployment; raises BadInput naming the field, Conflict when the name is taken."""
    artifact = _artifact(project, asked["artifact"])
    settings = options.settings(asked, DEFAULTS)
    name = _named(asked["name"])
    try:
        with transaction.atomic():
            deployment = Deployment.objects.create(
                project=project, name=name, artifact=artifact, created_by=principal.user, **settings
            )
            _keep(principal, deployment)
            _audit(principal, "create", deployment, {"name": name})
            _changed(deployment)
    except IntegrityError as error:
        raise _taken(name) from error
    return deployment


def rename_deployment(principal: Principal, deployment: Deployment, name: str) -> Deployment:
    try:
        with transaction.atomic():
            locked = _locked(deployment)
            locked.name = _named(name)
            locked.save(update_fields=["name", "updated_at"])
            _audit(principal, "rename", locked, {"name": locked.name})
            _changed(locked)
    except IntegrityError as error:
        raise _taken(name) from error
    return locked


@transaction.atomic
def add_version(principal: Principal, deployment: Deployment, asked: dict[str, Any]) -> DeploymentVersion:
    """Serve something else; what is not asked for stays. The old version answers until the new is warm."""
    locked = _locked(deployment)
    artifact = _artifact(locked.project, asked["artifact"]) if "artifact" in asked else locked.artifact
    settings = options.settings(asked, {name: getattr(locked, name) for name in SETTINGS})
    version = _switch(principal, locked, artifact, settings)
    _audit(principal, "version", locked, {"version": version.version, "artifact": str(artifact.pk)})
    return version


@transaction.atomic
def roll_back(principal: Principal, deployment: Deployment, version: int | None = None) -> Deployment:
    """Serve an earlier version again, as a new one; by default the one before the current."""
    locked = _locked(deployment)
    wanted = locked.version - 1 if version is None else version
    versions = locked.versions.select_related("artifact").defer("artifact__evaluation")
    found = versions.filter(version=wanted).first()
    if wanted < 1:
        raise Conflict("This is the first version: there is nothing to roll back to.")
    if found is None:
        message = f"there is no version {wanted}"
        raise BadInput(f"version: {message}", [FieldError("version", message)])
    if wanted == locked.version:
        raise Conflict(f"Version {wanted} is the current one.")
    _switch(principal, locked, found.artifact, {name: getattr(found, name) for name in SETTINGS})
    _audit(principal, "rollback", locked, {"to": wanted, "version": locked.version})
    return locked


@transaction.atomic
def stop_deployment(principal: Principal, deployment: Deployment) -> Deployment:
    """Answer no more and free the memory; stopping twice is no error."""
    locked = _locked(deployment)
    if locked.status == DeploymentStatus.STOPPED:
        return locked
    locked.status, locked.message, locked.error = DeploymentStatus.STOPPED, "", None
    locked.save(update_fields=["status", "message", "error", "updated_at"])
    _audit(principal, "stop", locked)
    _changed(locked)
    return locked


def start_deployment(principal: Principal, deployment: Deployment) -> Deployment:
    """Serve again what was stopped, or try again what failed to load."""
    if deployment.status == DeploymentStatus.FAILED:
        _forget_failure(deployment.pk)
    with transaction.atomic():
        locked = _locked(deployment)
        if locked.status in (DeploymentStatus.READY, DeploymentStatus.STARTING):
            return locked
        locked.status, locked.message, locked.error = DeploymentStatus.STARTING, "", None
        locked.save(update_fields=["status", "message", "error", "updated_at"])
        _audit(principal, "start", locked)
        _changed(locked)
    return locked


@transaction.atomic
def delete_deployment(principal: Principal, deployment: Deployment) -> None:
    _audit(principal, "delete", deployment, {"name": deployment.name})
    deployment.delete()
    queue.enqueue(TASK)


def _switch(
    principal: Principal, deployment: Deployment, artifact: Artifact, settings: dict[str, Any]
) -> DeploymentVersion:
    deployment.artifact = artifact
    for name, value in settings.items():
        setattr(deployment, name, value)
    deployment.version += 1
    if deployment.status != DeploymentStatus.STOPPED:
        deployment.status = DeploymentStatus.STARTING
        deployment.message, deployment.error = f"version {deployment.version} is being loaded", None
    deployment.save()
    version = _keep(principal, deployment)
    _changed(deployment)
    return version


def _keep(principal: Principal, deployment: Deployment) -> DeploymentVersion:
    return DeploymentVersion.objects.create(
        deployment=deployment,
        version=deployment.version,
        artifact=deployment.artifact,
        created_by=principal.user,
        **{name: getattr(deployment, name) for name in SETTINGS},
    )


def _changed(deployment: Deployment) -> None:
    queue.enqueue(TASK)
    announce(deployment)


def _locked(deployment: Deployment) -> Deployment:
    rows = Deployment.objects.select_for_update(of=("self",)).select_related("project", "artifact")
    return rows.defer("artifact__evaluation").get(pk=deployment.pk)


def _artifact(project: Project, artifact_id: uuid.UUID) -> Artifact:
    artifact = Artifact.objects.light().filter(pk=artifact_id, project=project).first()
    if artifact is None:
        message = "the project has no artifact of this id"
        raise BadInput(f"artifact: {message}", [FieldError("artifact", message)])
    return artifact


def _forget_failure(deployment_id: uuid.UUID) -> None:
    """The server remembers a failed load until it is told to forget it."""
    try:
        inference.delete(deployment_id)
    except Unavailable:
        # It forgets by restarting as well.
        return


def _named(name: str) -> str:
    if not name.strip():
        raise BadInput("name: must not be empty", [FieldError("name", "must not be empty")])
    return name.strip()


def _taken(name: str) -> Conflict:
    return Conflict(f"The project has a deployment named {name!r} already.", [FieldError("name", "is taken")])


def _audit(
    principal: Principal, deed: str, deployment: Deployment, detail: dict[str, Any] | None = None
) -> None:
    workspace = deployment.project.workspace_id
    audit(principal, f"deployment.{deed}", "deployment", deployment.pk, workspace, detail)
