"""Talking about an asset: threads, at a place where that helps, open until somebody settles them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.principals import Principal
from accounts.selectors import may
from annotations.models import Annotation, Comment
from annotations.selectors import comment_as_dict
from core.errors import BadInput, FieldError, Forbidden, NotFound
from core.events import emit
from projects.models import Asset
from projects.services.announcing import announce

MAX_COMMENTS = 5_000


@transaction.atomic
def write(principal: Principal, asset: Asset, **fields: Any) -> Comment:
    """Say something of the asset, or answer: raises BadInput naming the field that does not fit it."""
    asset = _locked(asset)
    if fields.get("parent") is not None:
        # Others may have settled it, or taken it back, before the lock was had.
        fields["parent"] = asset.comments.filter(pk=fields["parent"].pk).first()
        if fields["parent"] is None:
            raise _bad("parent", "is not a comment on this asset")
    _check(asset, fields)
    if asset.comments.count() >= MAX_COMMENTS:
        raise BadInput(f"An asset can hold at most {MAX_COMMENTS} comments.")
    comment = Comment.objects.create(asset=asset, author=principal.user, **fields)
    parent = comment.parent
    if parent is not None and parent.resolved_at is not None:
        # Whoever answers has not settled it.
        _settle(parent, principal, False)
        _tell(parent)
    _tell(comment)
    _count(asset)
    return comment


@transaction.atomic
def change(principal: Principal, comment: Comment, text: str | None, resolved: bool | None) -> Comment:
    """Say it otherwise (who said it), settle it or open it again (whoever annotates)."""
    asset = _locked(comment.asset)
    # Others may have changed it, or taken it back, before the lock was had.
    rows = Comment.objects.select_related("asset__project", "author", "resolved_by")
    now = rows.filter(pk=comment.pk).first()
    if now is None:
        raise NotFound()
    comment = now
    if text is not None and text != comment.text:
        if comment.author_id != principal.user.pk:
            raise Forbidden("Only its author says a comment otherwise.")
        comment.text, comment.edited_at = text, timezone.now()
    if resolved is not None:
        if comment.parent_id:
            message = "is said of a thread's first comment"
            raise BadInput(f"resolved {message}.", [FieldError("resolved", message)])
        _settle(comment, principal, resolved)
    comment.save()
    _tell(comment)
    _count(asset)
    return comment


@transaction.atomic
def remove(principal: Principal, comment: Comment) -> None:
    """Take a comment back, with the answers to it: its author may, and whoever reviews."""
    asset = _locked(comment.asset)
    if comment.author_id != principal.user.pk and not may(
        principal, comment.asset.project.workspace_id, "review"
    ):
        raise Forbidden("Only its author, or a reviewer, takes a comment back.")
    key = str(comment.pk)
    comment.delete()
    emit(f"asset:{asset.pk}", "comment", {"deleted": key})
    _count(asset)


def _check(asset: Asset, fields: dict[str, Any]) -> None:
    parent: Comment | None = fields.get("parent")
    if parent is not None:
        if parent.asset_id != asset.pk or parent.parent_id is not None:
            raise _bad("parent", "is not the first comment of a thread of this asset")
        for name in ("x", "y", "annotation", "frame"):
            if fields.get(name) is not None:
                raise _bad(name, "is given by the thread that this answers")
    x, y = fields.get("x"), fields.get("y")
    if (x is None) != (y is None):
        raise _bad("y" if y is None else "x", "is missing: give both or neither")
    if x is not None and not (0 <= x <= asset.width and 0 <= fields["y"] <= asset.height):
        raise _bad("x", f"lies outside of the image ({asset.width} x {asset.height})")
    frame = fields.get("frame")
    if frame is not None and asset.media != Asset.Media.VIDEO:
        raise _bad("frame", "is of videos only: this is an image")
    if frame is not None and frame >= (asset.frames or 0):
        raise _bad("frame", f"must be a frame of the video, 0 to {(asset.frames or 0) - 1}")
    shape = fields.get("annotation")
    if shape is not None and not Annotation.objects.filter(pk=shape, asset=asset).exists():
        raise _bad("annotation", "is not a shape of this asset")


def _bad(field: str, message: str) -> BadInput:
    return BadInput(f"{field} {message}.", [FieldError(field, message)])


def _settle(comment: Comment, principal: Principal, resolved: bool) -> None:
    if resolved == (comment.resolved_at is not None):
        return
    comment.resolved_at = timezone.now() if resolved else None
    comment.resolved_by = principal.user if resolved else None
    comment.save(update_fields=["resolved_at", "resolved_by", "updated_at"])


def _locked(asset: Asset) -> Asset:
    rows = Asset.objects.select_for_update(of=("self",)).select_related("project", "assignee", "reviewer")
    return rows.get(pk=asset.pk)


def _tell(comment: Comment) -> None:
    emit(f"asset:{comment.asset_id}", "comment", {"comment": comment_as_dict(comment)})


def _count(asset: Asset) -> None:
    """Bring what lists show up to date; the asset is locked. Call it last."""
    asset.open_comments = asset.comments.filter(parent=None, resolved_at=None).count()
    asset.save(update_fields=["open_comments", "updated_at"])
    announce(asset)
