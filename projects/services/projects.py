"""Making, changing and removing projects."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Workspace
from accounts.principals import Principal
from accounts.services import audit
from core.errors import Conflict, FieldError
from projects.models import Project


def create_project(principal: Principal, workspace: Workspace, **fields: Any) -> Project:
    """A new project. Raises Conflict when the workspace has one of that name."""
    with _one_name(fields["name"]), transaction.atomic():
        project = Project.objects.create(workspace=workspace, created_by=principal.user, **fields)
        audit(principal, "project.create", "project", project.pk, workspace.pk, {"name": project.name})
    return project


def update_project(principal: Principal, project: Project, **fields: Any) -> Project:
    """Change name, description or what unlabelled pixels mean. Raises Conflict for a taken name."""
    with _one_name(fields.get("name", project.name)), transaction.atomic():
        for field, value in fields.items():
            setattr(project, field, value)
        project.save(update_fields=[*fields, "updated_at"])
        audit(principal, "project.update", "project", project.pk, project.workspace_id, fields)
    return project


@transaction.atomic
def delete_project(principal: Principal, project: Project) -> None:
    """Remove a project with everything in it."""
    audit(principal, "project.delete", "project", project.pk, project.workspace_id, {"name": project.name})
    project.delete()


class _one_name:  # noqa: N801  (reads as a phrase: `with _one_name(…)`)
    """Turns the database's refusal of a second project of one name into a Conflict."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, IntegrityError):
            message = f"There is a project named {self.name!r} already."
            raise Conflict(message, [FieldError("name", message)]) from error
