"""Asking a deployment for proposals on many images: asked for here, done by `prelabel_work`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.principals import Principal
from accounts.services import audit
from core import jobs
from core.errors import BadInput, FieldError, NotFound
from core.models import Job
from deployments.models import Deployment
from deployments.selectors import get_deployment
from deployments.services.bulk_jobs import WORK
from deployments.services.prediction import check_answering
from projects.asset_selectors import chosen_by
from projects.models import Asset, Project
from projects.selectors import classes_of

KIND = "deployments.prelabel"
SHAPES = ("mask", "polygons")


def start(
    principal: Principal,
    project: Project,
    *,
    deployment: uuid.UUID,
    assets: Sequence[uuid.UUID] | None = None,
    filters: Mapping[str, str] | None = None,
    threshold: float | None = None,
    classes: Sequence[uuid.UUID] | None = None,
    only_unannotated: bool = True,
    shapes: str = "mask",
    regions: bool = True,
    tiles: str = "auto",
) -> Job:
    """Have a deployment of the workspace propose shapes for images of the project.

    Raises NotFound for an asset that is not the project's, BadInput naming what cannot be, or where nothing
    is chosen, Conflict for a deployment that is stopped.
    """
    chosen = _deployment(principal, project, deployment)
    check_answering(chosen)
    _check_classes(project, classes)
    if assets is not None:
        here = Asset.objects.filter(project=project, pk__in=assets).count()
        if here != len(set(assets)):
            raise NotFound("Some of these assets are not in the project; nothing was started.")
    selection = {
        "assets": None if assets is None else [str(key) for key in assets],
        "filters": dict(filters or {}),
        "only_unannotated": only_unannotated,
        "me": str(principal.user.pk),
    }
    if not selected(project, principal.user, selection).exists():
        field = "filters" if filters else "assets" if assets is not None else "only_unannotated"
        message = "leaves no image to pre-label"
        if only_unannotated:
            message += ": with only_unannotated, those that have annotations are left out"
        raise BadInput(f"{field} {message}.", [FieldError(field, message)])
    query = [["output", shapes], ["uncertainty", "true"], ["tiles", tiles]]
    query += [["regions", "true"]] if regions else []
    query += [] if threshold is None else [["threshold", str(threshold)]]
    payload: dict[str, Any] = {
        "deployment": str(chosen.pk),
        "folder": f"{WORK}/{uuid.uuid4()}",
        "selection": selection,
        "classes": None if classes is None else [str(key) for key in classes],
        "query": query,
        "overlays": False,
    }
    with transaction.atomic():
        detail = {"deployment": str(chosen.pk), "assets": len(assets) if assets is not None else None}
        audit(principal, "assets.prelabel", "project", project.pk, project.workspace_id, detail)
        return jobs.create_job(
            KIND,
            project_id=project.pk,
            workspace_id=project.workspace_id,
            created_by=principal.user,
            payload=payload,
        )


def selected(project: Project, me: Any, selection: Mapping[str, Any]) -> QuerySet[Asset]:
    """The images that a selection means now, oldest first."""
    rows = Asset.objects.filter(project=project, status=Asset.Status.READY, media=Asset.Media.IMAGE)
    rows = rows.exclude(review=Asset.Review.APPROVED)
    if selection["assets"] is not None:
        rows = rows.filter(pk__in=selection["assets"])
    rows = chosen_by(rows, selection["filters"], me)
    if selection["only_unannotated"]:
        rows = rows.filter(annotation_count=0)
    return rows.order_by("created_at", "pk")


def _deployment(principal: Principal, project: Project, key: uuid.UUID) -> Deployment:
    try:
        found = get_deployment(principal, key, "predict")
    except NotFound:
        found = None
    if found is None or found.project.workspace_id != project.workspace_id:
        message = "the workspace has no deployment of this id"
        raise BadInput(f"deployment: {message}", [FieldError("deployment", message)])
    return found


def _check_classes(project: Project, classes: Sequence[uuid.UUID] | None) -> None:
    own = set(classes_of(project).values_list("pk", flat=True))
    if unknown := [key for key in classes or () if key not in own]:
        message = f"{unknown[0]} is not a class of this project"
        raise BadInput(f"classes: {message}", [FieldError("classes", message)])
