"""The versions of a deployment: kept one after the other, one of them the current one."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from core import queue
from core.errors import BadInput, FieldError
from deployments.models import Deployment, DeploymentStatus, DeploymentVersion
from deployments.services.reconciliation import TASK, announce
from deployments.services.sources import WAITING, Source, awaited_export


def locked(deployment: Deployment) -> Deployment:
    """The row as it is now, held until the transaction ends."""
    rows = Deployment.objects.select_for_update(of=("self",)).select_related("project", "artifact", "export")
    return rows.get(pk=deployment.pk)


def switch(principal: Principal, deployment: Deployment, source: Source) -> DeploymentVersion:
    """Serve something else as a new version; the old one answers until the new is warm."""
    last = deployment.versions.aggregate(Max("version"))["version__max"]
    serve(principal, deployment, source, (last or 0) + 1)
    version = keep(principal, deployment, source, deployment.version, served=True)
    changed(deployment)
    return version


def serve(principal: Principal, deployment: Deployment, source: Source, version: int) -> None:
    """Make `version` the current one, in the row alone."""
    deployment.artifact, deployment.export = source.artifact, source.export
    for name, value in source.settings.items():
        setattr(deployment, name, value)
    deployment.version = version
    await_export(principal, deployment, source)
    if deployment.status != DeploymentStatus.STOPPED:
        begin(deployment)
    deployment.save()


def await_export(principal: Principal, deployment: Deployment, source: Source) -> None:
    """Have made what the source lacks, and note that it is waited for."""
    deployment.awaited_job = awaited_export(principal, source).pk if source.incomplete else None


def begin(deployment: Deployment) -> None:
    """The status of a deployment whose model is on its way."""
    message = WAITING if deployment.awaited_job else f"version {deployment.version} is being loaded"
    deployment.status, deployment.message, deployment.error = DeploymentStatus.STARTING, message, None
    deployment.asleep, deployment.restarts = False, 0


def keep(
    principal: Principal, deployment: Deployment, source: Source, number: int, served: bool
) -> DeploymentVersion:
    """The row of a version."""
    return DeploymentVersion.objects.create(
        deployment=deployment,
        version=number,
        artifact=source.artifact,
        export=source.export,
        served_at=timezone.now() if served else None,
        created_by=principal.user,
        **source.settings,
    )


def version_of(deployment: Deployment, number: int) -> DeploymentVersion:
    """One version; raises BadInput naming the field."""
    versions = deployment.versions.select_related("artifact__project", "export")
    found = versions.filter(version=number).first()
    if found is None:
        message = f"there is no version {number}"
        raise BadInput(f"version: {message}", [FieldError("version", message)])
    return found


def changed(deployment: Deployment) -> None:
    """Have the inference server follow, and tell the project's watchers; call it last."""
    queue.enqueue(TASK)
    announce(deployment)


def note(
    principal: Principal, deed: str, deployment: Deployment, detail: dict[str, Any] | None = None
) -> None:
    """An audit row."""
    workspace = deployment.project.workspace_id
    audit(principal, f"deployment.{deed}", "deployment", deployment.pk, workspace, detail)
