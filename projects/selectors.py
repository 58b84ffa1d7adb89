"""Projects and classes as the caller may see them."""

from __future__ import annotations

import uuid

from django.db.models import BigIntegerField, Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import NotFound
from projects.models import Asset, LabelClass, Project, Tally

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
    classes = LabelClass.objects.filter(project=OuterRef("pk")).order_by().values("project")
    counted = classes.annotate(n=Count("pk")).values("n")
    return projects.annotate(
        asset_total=tally("assets"),
        annotated_total=tally("annotated"),
        annotation_total=tally("annotations"),
        class_total=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )


def tally(name: str) -> Coalesce:
    """A number that the database keeps of the row at hand, a project or a class."""
    rows = Tally.objects.filter(subject=OuterRef("pk"), name=name).order_by().values("subject")
    summed = rows.annotate(n=Sum("change")).values("n")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def with_shapes(classes: QuerySet[LabelClass]) -> QuerySet[LabelClass]:
    """Adds `annotation_total`: how many shapes there are of the class, none of them in the trash."""
    return classes.annotate(annotation_total=tally("shapes"))


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
