"""Workflows: named specs whose every state is kept."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, Conflict, FieldError
from projects.models import Project
from training.catalogue import architectures
from training.models import Artifact, Workflow, WorkflowVersion
from training.specification import Context, resolve


def context_of(project: Project, class_names: list[str] | None = None) -> Context:
    """What the spec check has to know of a project."""

    def artifact_of(artifact_id: str) -> tuple[str, str] | None:
        rows = Artifact.objects.filter(pk=artifact_id, project=project)
        return rows.values_list("architecture", "variant").first()

    if class_names is None:
        class_names = list(project.label_classes.values_list("name", flat=True))
    return Context(project.task, architectures(), class_names, artifact_of)


def create_workflow(principal: Principal, project: Project, name: str, spec: object) -> Workflow:
    """A workflow at version 1; raises BadInput naming each wrong field, Conflict when the name is taken."""
    resolved = resolve(spec, context_of(project))
    try:
        with transaction.atomic():
            workflow = Workflow.objects.create(project=project, name=_named(name), created_by=principal.user)
            _keep(workflow, resolved, principal)
            audit(principal, "workflow.create", "workflow", workflow.pk, project.workspace_id, {"name": name})
    except IntegrityError as error:
        raise _taken(name) from error
    return workflow


def change_workflow(
    principal: Principal, workflow: Workflow, name: str | None = None, spec: object | None = None
) -> Workflow:
    """Rename it, or give it a new version where the spec differs from the current one."""
    resolved = None if spec is None else resolve(spec, context_of(workflow.project))
    try:
        with transaction.atomic():
            # The lock numbers versions one after the other.
            locked = Workflow.objects.select_for_update().get(pk=workflow.pk)
            if name is not None:
                locked.name = _named(name)
            if resolved is not None and resolved != current_version(locked).spec:
                locked.version += 1
                _keep(locked, resolved, principal)
            locked.save(update_fields=["name", "version", "updated_at"])
            detail = {"version": locked.version}
            audit(principal, "workflow.change", "workflow", locked.pk, workflow.project.workspace_id, detail)
    except IntegrityError as error:
        raise _taken(name or workflow.name) from error
    return locked


@transaction.atomic
def delete_workflow(principal: Principal, workflow: Workflow) -> None:
    """Take it off the list; runs keep the version they were made with."""
    workflow.deleted_at = timezone.now()
    workflow.save(update_fields=["deleted_at", "updated_at"])
    audit(principal, "workflow.delete", "workflow", workflow.pk, workflow.project.workspace_id)


def current_version(workflow: Workflow) -> WorkflowVersion:
    return workflow.versions.get(version=workflow.version)


def _keep(workflow: Workflow, spec: dict[str, Any], principal: Principal) -> None:
    WorkflowVersion.objects.create(
        workflow=workflow, version=workflow.version, spec=spec, created_by=principal.user
    )


def _named(name: str) -> str:
    if not name.strip():
        raise BadInput("name: must not be empty", [FieldError("name", "must not be empty")])
    return name.strip()


def _taken(name: str) -> Conflict:
    return Conflict(f"The project has a workflow named {name!r} already.", [FieldError("name", "is taken")])
