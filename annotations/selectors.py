"""Assets' shapes and their history, as the caller may see them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from annotations.models import Annotation, AnnotationRevision, Snapshot
from core.errors import NotFound
from projects.models import Asset, Project


def annotations_of(asset: Asset) -> QuerySet[Annotation]:
    """The asset's shapes in painting order: later covers earlier."""
    return asset.annotations.order_by("z", "created_at", "id")


def revisions_of(asset: Asset) -> QuerySet[AnnotationRevision]:
    return asset.revisions.select_related("actor")


def as_dict(annotation: Annotation) -> dict[str, Any]:
    """A shape as the API shows it, with exactly one of `polygons`, `mask`, `bbox`."""
    return {
        "id": str(annotation.pk),
        "class": str(annotation.label_class_id),
        annotation.kind: annotation.geometry,
        "z": annotation.z,
        "track": str(annotation.track) if annotation.track else None,
        "source": annotation.source,
        "score": annotation.score,
        "attributes": annotation.attributes,
        "area": annotation.area,
        "box": annotation.bbox,
        "created_by": str(annotation.created_by_id) if annotation.created_by_id else None,
        "revision": annotation.revision,
        "created_at": annotation.created_at.isoformat(),
        "updated_at": annotation.updated_at.isoformat(),
    }


def news_of(revision: AnnotationRevision) -> dict[str, Any]:
    """A revision as those are told who have the one before."""
    actor, changes = revision.actor, revision.changes
    return {
        "revision": revision.revision,
        "op": str(revision.op) if revision.op else None,
        "actor": {"id": str(actor.pk), "name": actor.name or actor.email} if actor else None,
        "created": changes["created"],
        "updated": [item["after"] for item in changes["updated"]],
        "deleted": [item["id"] for item in changes["deleted"]],
    }


def snapshots_for(principal: Principal, action: str = "read") -> QuerySet[Snapshot]:
    """The snapshots of the workspaces in which the caller may do `action`."""
    return Snapshot.objects.filter(project__workspace_id__in=workspace_ids_with(principal, action))


def snapshots_of(project: Project) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(project=project)


def get_snapshot(principal: Principal, snapshot_id: uuid.UUID, action: str = "read") -> Snapshot:
    """The snapshot with its project; raises NotFound or Forbidden."""
    snapshot = Snapshot.objects.select_related("project").filter(pk=snapshot_id).first()
    if snapshot is None:
        raise NotFound()
    require(principal, snapshot.project.workspace_id, action)
    return snapshot
