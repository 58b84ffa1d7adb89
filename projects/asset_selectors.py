"""Assets as the caller may see them, found by what the list's filters say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db.models import QuerySet

from accounts.models import User
from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import BadInput, FieldError, NotFound
from core.http.pagination import EmptyLast
from projects.asset_filters import FILTERS, unknown
from projects.models import Asset, Project

ORDERS = (
    "created_at",
    "name",
    "size",
    "annotation_count",
    "updated_at",
    "uncertainty",
    "margin",
    "deleted_at",
)
# What no model has looked at comes last, whether the surest or the least sure come first.
EMPTY_LAST = ("uncertainty", "margin")
DEFAULT_ORDER = "-created_at"
SHOWN = ("order", "limit", "cursor", "skip")


def assets_for(principal: Principal, action: str = "read") -> QuerySet[Asset]:
    """The assets of the workspaces in which the caller may do `action`."""
    return Asset.objects.filter(project__workspace_id__in=workspace_ids_with(principal, action))


def get_asset(
    principal: Principal, asset_id: uuid.UUID, action: str = "read", trashed: bool = False
) -> Asset:
    """The asset with its project; `trashed`: even out of the trash. Raises NotFound or Forbidden."""
    assets = Asset.everything.all() if trashed else Asset.objects.all()
    asset = _with_people(assets.select_related("project")).filter(pk=asset_id).first()
    if asset is None:
        raise NotFound()
    require(principal, asset.project.workspace_id, action)
    return asset


def assets_of(project: Project) -> QuerySet[Asset]:
    return _with_people(Asset.objects.filter(project=project))


def found(project: Project, filters: Mapping[str, str], me: User | None = None) -> QuerySet[Asset]:
    """The project's assets that pass the filters; with `deleted=true` those in the trash. Raises as
    `chosen_by`.
    """
    rows = Asset.everything if filters.get("deleted") == "true" else Asset.objects
    return chosen_by(_with_people(rows.filter(project=project)), filters, me)


def _with_people(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    return assets.select_related("assignee", "reviewer")


def chosen_by(assets: QuerySet[Asset], filters: Mapping[str, str], me: User | None = None) -> QuerySet[Asset]:
    """The assets that pass every filter, `me` being whoever asks; what only says how a list is shown is
    passed over.

    Raises BadInput naming a filter that nobody knows, or one whose value cannot be read.
    """
    for name in filters:
        if name not in FILTERS and name not in SHOWN:
            message = f"is no filter; there are {', '.join(FILTERS)}"
            raise BadInput(f"{name} {message}.", [FieldError(name, message)])
    for name, apply in FILTERS.items():
        value = filters.get(name)
        if not value:
            continue
        if "\0" in value:  # PostgreSQL stores no such character, and refuses to look for it
            raise BadInput(errors=[FieldError(name, "must not contain the character NUL")])
        if me is not None and name in ("assignee", "reviewer"):
            value = ",".join(str(me.pk) if each == "me" else each for each in value.split(","))
        assets = apply(assets, value)
    return assets


def looks_through_many(query: Mapping[str, str]) -> bool:
    """Whether a range is asked for: what passes is spread over the list, and no order has it together."""
    return any(query.get(f"{end}_{side}") for end in ("min", "max") for side in ("width", "height", "size"))


def ordering(query: Mapping[str, str]) -> tuple[str, ...]:
    """The columns to order by, ending in the key; raises BadInput for an unknown order."""
    order = query.get("order") or DEFAULT_ORDER
    sign, column = ("-", order[1:]) if order.startswith("-") else ("", order)
    if column not in ORDERS:
        raise unknown("order", [prefix + each for each in ORDERS for prefix in ("", "-")])
    first = f"{sign}{column}"
    return (EmptyLast(first) if column in EMPTY_LAST else first, f"{sign}id")
