"""Workflows: named specs whose every state is kept."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, Conflict, FieldError
from projects.models import Project
from training.catalogue import architectures
from training.differences import differences
from training.models import Artifact, Workflow, WorkflowVersion
from training.services import teachers
from training.services.weight_files import is_known
from training.specification import Context, resolve
from training.workflow_files import read, write

LONGEST_NAME = 200


def context_of(project: Project, class_names: list[str] | None = None) -> Context:
    """What the spec check has to know of a project."""

    def artifact_of(artifact_id: str) -> tuple[str, str] | None:
        rows = Artifact.objects.filter(pk=artifact_id, project=project)
        return rows.values_list("architecture", "variant").first()

    def cannot_teach(artifact_id: str) -> str | None:
        return teachers.cannot_teach(artifact_id, teachers.labels_of(project))

    if class_names is None:
        class_names = list(project.label_classes.values_list("name", flat=True))
    return Context(
        project.task,
        architectures(),
        class_names,
        artifact_of,
        lambda name: is_known(project, name),
        cannot_teach,
    )


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


def duplicate_workflow(
    principal: Principal, workflow: Workflow, project: Project, name: str | None = None
) -> Workflow:
    """A new workflow in `project` with the spec of this one's current version.

    Without a name it is called after the original, as a copy where that is taken. Raises BadInput naming
    what does not fit the project, such as weights of an artifact that it has not.
    """
    wanted = free_name(project, workflow.name) if name is None else name
    return create_workflow(principal, project, wanted, current_version(workflow).spec)


def import_workflow(
    principal: Principal, project: Project, data: bytes, file_name: str, name: str | None = None
) -> Workflow:
    """A new workflow from a shared file, under the name in it where none is given. Raises BadInput naming the
    field, Conflict when a name that was asked for is taken."""
    content = read(data, file_name)
    if name is None:
        stem = content.name or file_name.rpartition(".")[0] or "Imported"
        name = free_name(project, stem[:LONGEST_NAME])
    return create_workflow(principal, project, name, content.spec)


def free_name(project: Project, name: str) -> str:
    """The name, or the first of "name copy", "name copy 2", … that the project does not have."""
    taken = set(Workflow.objects.filter(project=project, deleted_at=None).values_list("name", flat=True))
    if name not in taken:
        return name
    endings = (" copy" if number == 1 else f" copy {number}" for number in count(1))
    return next(
        wanted
        for wanted in (f"{name[: LONGEST_NAME - len(ending)].rstrip()}{ending}" for ending in endings)
        if wanted not in taken
    )


def compare_versions(workflow: Workflow, before: int | None, after: int | None) -> dict[str, Any]:
    """`{"from", "to", "changes"}`: without numbers the current version against the one before it."""
    to = workflow.version if after is None else after
    source = max(1, to - 1) if before is None else before
    changes = differences(_version(workflow, source, "from").spec, _version(workflow, to, "to").spec)
    return {"from": source, "to": to, "changes": [change._asdict() for change in changes]}


def workflow_file(workflow: Workflow, form: str, version: int | None) -> tuple[str, str]:
    """A file's name and text; `form` is yaml or json."""
    chosen = workflow.version if version is None else version
    spec = _version(workflow, chosen, "version").spec
    stem = re.sub(r"[^\w.-]+", "-", workflow.name).strip("-.") or "workflow"
    return f"{stem}.{form}", write(workflow.name, spec, form)


@transaction.atomic
def delete_workflow(principal: Principal, workflow: Workflow) -> None:
    """Take it off the list; runs keep the version they were made with."""
    workflow.deleted_at = timezone.now()
    workflow.save(update_fields=["deleted_at", "updated_at"])
    audit(principal, "workflow.delete", "workflow", workflow.pk, workflow.project.workspace_id)


def current_version(workflow: Workflow) -> WorkflowVersion:
    return workflow.versions.get(version=workflow.version)


def _version(workflow: Workflow, number: int, field: str) -> WorkflowVersion:
    found = workflow.versions.filter(version=number).first()
    if found is None:
        message = f"the workflow has no version {number}; it has 1 to {workflow.version}"
        raise BadInput(f"{field}: {message}", [FieldError(field, message)])
    return found


def _keep(workflow: Workflow, spec: dict[str, Any], principal: Principal) -> None:
    WorkflowVersion.objects.create(
        workflow=workflow, version=workflow.version, spec=spec, created_by=principal.user
    )


def _named(name: str) -> str:
    if not name.strip():
        raise BadInput("name: must not be empty", [FieldError("name", "must not be empty")])
    if len(name.strip()) > LONGEST_NAME or "\0" in name:
        message = f"must be text of at most {LONGEST_NAME} characters"
        raise BadInput(f"name: {message}", [FieldError("name", message)])
    return name.strip()


def _taken(name: str) -> Conflict:
    return Conflict(f"The project has a workflow named {name!r} already.", [FieldError("name", "is taken")])
