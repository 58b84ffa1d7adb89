"""Rows of deployments reach a request only through here, starting from the caller."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import Conflict, NotFound
from core.models import Job
from deployments.models import Deployment
from training.models import Artifact

EXPORT = "artifacts.export"
_MISSING = "There is no deployment of this id."


def deployments_for(principal: Principal) -> QuerySet[Deployment]:
    """The deployments the caller may see."""
    visible = workspace_ids_with(principal, "read")
    return _deployments().filter(project__workspace_id__in=visible)


def get_deployment(principal: Principal, deployment_id: uuid.UUID, action: str = "read") -> Deployment:
    """The deployment; raises NotFound or Forbidden."""
    return _allowed(principal, _deployments().filter(pk=deployment_id).first(), action)


def get_answering(principal: Principal, deployment_id: uuid.UUID) -> Deployment:
    """The deployment with no more of its row than a prediction needs: this is asked for every image."""
    return _allowed(principal, _answering().filter(pk=deployment_id).first(), "predict")


def _allowed(principal: Principal, deployment: Deployment | None, action: str) -> Deployment:
    if deployment is None:
        raise NotFound(_MISSING)
    try:
        require(principal, deployment.project.workspace_id, action)
    except NotFound:
        raise NotFound(_MISSING) from None
    return deployment


def deployment_named(principal: Principal, name: str) -> Deployment:
    """The deployment of this id, or of this name where the caller may use one such; raises NotFound,
    Forbidden, or Conflict naming the ids of several.
    """
    try:
        return get_answering(principal, uuid.UUID(name))
    except ValueError:
        usable = workspace_ids_with(principal, "predict")
    found = list(_answering().filter(project__workspace_id__in=usable, name=name)[:10])
    if not found:
        raise NotFound(f"There is no deployment called {name!r}.")
    if len(found) > 1:
        ids = ", ".join(str(deployment.pk) for deployment in found)
        raise Conflict(f"Several deployments are called {name!r}; use an id: {ids}.")
    return found[0]


def exports_of(artifact: Artifact) -> QuerySet[Job]:
    """The export jobs of an artifact that the caller has been shown."""
    return Job.objects.filter(kind=EXPORT, project_id=artifact.project_id, payload__artifact=str(artifact.pk))


def get_export(artifact: Artifact, job_id: uuid.UUID) -> Job:
    """One export job of the artifact; raises NotFound."""
    job = exports_of(artifact).filter(pk=job_id).first()
    if job is None:
        raise NotFound("The artifact has no export of this id.")
    return job


def _deployments() -> QuerySet[Deployment]:
    return Deployment.objects.select_related("project", "artifact")


def _answering() -> QuerySet[Deployment]:
    rows = Deployment.objects.select_related("project")
    return rows.order_by().only("name", "status", "error", "version", "sampling", "project__workspace_id")
