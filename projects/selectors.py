"""Projects and classes as the caller may see them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import NotFound
from projects.models import Asset, LabelClass, Project

COVER_SIZE = 4


def projects_for(principal: Principal, action: str = "read") -> QuerySet[Project]:
    """The projects of the workspaces in which the caller may do `action`."""
    return Project.objects.filter(workspace_id__in=workspace_ids_with(principal, action))


def get_project(principal: Principal, project_id: uuid.UUID, action: str = "read") -> Project:
    """The project; raises NotFound to strangers and Forbidden to members who may not."""
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise NotFound()
    require(principal, project.workspace_id, action)
    return project


def with_counts(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Adds `asset_total`, `annotated_total`, `annotation_total` and `class_total`, each one subquery."""
    assets = Asset.objects.filter(project=OuterRef("pk")).order_by().values("project")
    classes = LabelClass.objects.filter(project=OuterRef("pk")).order_by().values("project")

    def number(rows: Any, value: Count | Sum) -> Coalesce:
        return Coalesce(Subquery(rows.annotate(n=value).values("n"), output_field=IntegerField()), 0)

    return projects.annotate(
        asset_total=number(assets, Count("pk")),
        annotated_total=number(assets, Count("pk", filter=Q(annotation_count__gt=0))),
        annotation_total=number(assets, Sum("annotation_count")),
        class_total=number(classes, Count("pk")),
    )


def covers(projects: list[Project]) -> dict[uuid.UUID, list[str]]:
    """Up to four assets a project to show on its card."""
    ready = Asset.objects.filter(status=Asset.Status.READY).order_by("created_at", "id")
    return {
        project.pk: [
            str(pk) for pk in ready.filter(project=project).values_list("pk", flat=True)[:COVER_SIZE]
        ]
        for project in projects
    }


def classes_of(project: Project) -> QuerySet[LabelClass]:
    """The project's classes in their order."""
    return project.label_classes.order_by("position", "created_at")


def get_class(principal: Principal, class_id: uuid.UUID, action: str = "read") -> LabelClass:
    """The class; raises NotFound or Forbidden."""
    label_class = LabelClass.objects.select_related("project").filter(pk=class_id).first()
    if label_class is None:
        raise NotFound()
    require(principal, label_class.project.workspace_id, action)
    return label_class
