"""Filters kept under a name: by a person for themselves, or for everybody in the project."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.principals import Principal
from accounts.selectors import may, require
from core.errors import BadInput, Conflict, FieldError, Forbidden, NotFound
from core.events import emit
from projects.asset_selectors import found, ordering
from projects.models import Project, SavedView

MAX_VIEWS = 200


def views_of(principal: Principal, project: Project) -> QuerySet[SavedView]:
    """The caller's own views of the project, and those that are shared."""
    return SavedView.objects.filter(Q(created_by=principal.user) | Q(shared=True), project=project)


def create_view(principal: Principal, project: Project, **fields: Any) -> SavedView:
    """A new view. Raises BadInput for a filter or an order that the list would refuse, Conflict for a name
    that the caller has given already, Forbidden where it is shared by who may only read.
    """
    _check(principal, project, fields)
    if SavedView.objects.filter(project=project, created_by=principal.user).count() >= MAX_VIEWS:
        raise BadInput(f"A person can keep at most {MAX_VIEWS} views of a project.")
    with transaction.atomic():
        view = _saved(SavedView(project=project, created_by=principal.user, **fields))
        _tell(view)
    return view


def get_view(principal: Principal, view_id: uuid.UUID) -> SavedView:
    """A view to change: one's own, or a shared one for who may manage. Raises NotFound, Forbidden."""
    view = SavedView.objects.select_related("project").filter(pk=view_id).first()
    if view is None:
        raise NotFound()
    require(principal, view.project.workspace_id, "read")
    if view.created_by_id == principal.user.pk:
        return view
    if not view.shared:
        raise NotFound()
    if not may(principal, view.project.workspace_id, "manage"):
        raise Forbidden(
            "A view that somebody else shares is changed by them, an engineer, an admin or the owner."
        )
    return view


def update_view(principal: Principal, view: SavedView, **fields: Any) -> SavedView:
    """Change a view. Raises as `create_view`."""
    _check(principal, view.project, fields)
    for name, value in fields.items():
        setattr(view, name, value)
    with transaction.atomic():
        _saved(view)
        _tell(view)
    return view


@transaction.atomic
def delete_view(view: SavedView) -> None:
    view.delete()
    _tell(view)


def _check(principal: Principal, project: Project, fields: Mapping[str, Any]) -> None:
    if fields.get("shared"):
        require(principal, project.workspace_id, "annotate")
    try:
        found(project, fields.get("filters", {}), principal.user)
    except BadInput as error:
        errors = [FieldError(f"filters.{each.field}", each.message) for each in error.errors]
        raise BadInput(error.detail, errors) from error
    ordering({"order": fields.get("order", "")})


def _saved(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        message = f"You have a view named {view.name!r} already."
        raise Conflict(message, [FieldError("name", message)]) from error
    return view


def _tell(view: SavedView) -> None:
    if view.shared:
        emit(f"project:{view.project_id}", "views", {"project": str(view.project_id)})
