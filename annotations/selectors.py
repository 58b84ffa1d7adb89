"""Assets' shapes and their history, as the caller may see them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from annotations.models import Annotation, AnnotationRevision, Comment, Snapshot
from core.errors import NotFound
from projects.models import Asset, Project
from projects.people import person


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
        "frame": annotation.frame,
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
    changes = revision.changes
    return {
        "revision": revision.revision,
        "op": str(revision.op) if revision.op else None,
        "actor": person(revision.actor),
        "created": changes["created"],
        "updated": [item["after"] for item in changes["updated"]],
        "deleted": [item["id"] for item in changes["deleted"]],
    }


def comments_of(asset: Asset) -> QuerySet[Comment]:
    """Everything said of the asset, oldest first."""
    return asset.comments.select_related("author", "resolved_by", "parent")


def get_comment(principal: Principal, comment_id: uuid.UUID, action: str = "read") -> Comment:
    """The comment with its asset; raises NotFound or Forbidden."""
    rows = Comment.objects.select_related("asset__project", "author", "resolved_by")
    comment = rows.filter(pk=comment_id).first()
    if comment is None:
        raise NotFound()
    require(principal, comment.asset.project.workspace_id, action)
    return comment


def comment_as_dict(comment: Comment) -> dict[str, Any]:
    """A comment as the API shows it."""
    return {
        "id": str(comment.pk),
        "asset": str(comment.asset_id),
        "parent": str(comment.parent_id) if comment.parent_id else None,
        "text": comment.text,
        "x": comment.x,
        "y": comment.y,
        "frame": comment.frame,
        "annotation": str(comment.annotation) if comment.annotation else None,
        "author": person(comment.author),
        "created_at": comment.created_at.isoformat(),
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "resolved_at": comment.resolved_at.isoformat() if comment.resolved_at else None,
        "resolved_by": person(comment.resolved_by),
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
