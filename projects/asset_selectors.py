"""Assets as the caller may see them, found by what the list's filters say."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django.db.models import QuerySet

from accounts.models import User
from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import BadInput, FieldError, NotFound
from core.http.pagination import EmptyLast
from projects.models import Asset, Project

ORDERS = ("created_at", "name", "size", "annotation_count", "updated_at", "uncertainty", "margin")
# What no model has looked at comes last, whether the surest or the least sure come first.
EMPTY_LAST = ("uncertainty", "margin")
DEFAULT_ORDER = "-created_at"
SHOWN = ("order", "limit", "cursor")


def assets_for(principal: Principal, action: str = "read") -> QuerySet[Asset]:
    """The assets of the workspaces in which the caller may do `action`."""
    return Asset.objects.filter(project__workspace_id__in=workspace_ids_with(principal, action))


def get_asset(principal: Principal, asset_id: uuid.UUID, action: str = "read") -> Asset:
    """The asset with its project; raises NotFound or Forbidden."""
    asset = _with_people(Asset.objects.select_related("project")).filter(pk=asset_id).first()
    if asset is None:
        raise NotFound()
    require(principal, asset.project.workspace_id, action)
    return asset


def assets_of(project: Project) -> QuerySet[Asset]:
    return _with_people(Asset.objects.filter(project=project))


def _with_people(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    return assets.select_related("assignee", "reviewer")


def filtered(assets: QuerySet[Asset], query: Mapping[str, str], me: User | None = None) -> QuerySet[Asset]:
    """The assets that pass every filter of the query, `me` being whoever asks; raises BadInput naming the
    filter it cannot read.
    """
    for name, apply in _FILTERS.items():
        value = query.get(name)
        if not value:
            continue
        if "\0" in value:  # PostgreSQL stores no such character, and refuses to look for it
            raise BadInput(errors=[FieldError(name, "must not contain the character NUL")])
        if me is not None and value == "me" and name in ("assignee", "reviewer"):
            value = str(me.pk)
        assets = apply(assets, value)
    return assets


def chosen_by(assets: QuerySet[Asset], filters: Mapping[str, str], me: User | None = None) -> QuerySet[Asset]:
    """As `filtered`, for what is done to all that pass: a filter that nobody knows is an error here, not
    everything. What only says how a list is shown is passed over.
    """
    for name in filters:
        if name not in _FILTERS and name not in SHOWN:
            message = f"is no filter; there are {', '.join(_FILTERS)}"
            raise BadInput(f"{name} {message}.", [FieldError(name, message)])
    return filtered(assets, filters, me)


def ordering(query: Mapping[str, str]) -> tuple[str, ...]:
    """The columns to order by, ending in the key; raises BadInput for an unknown order."""
    order = query.get("order") or DEFAULT_ORDER
    sign, column = ("-", order[1:]) if order.startswith("-") else ("", order)
    if column not in ORDERS:
        raise _unknown("order", [prefix + each for each in ORDERS for prefix in ("", "-")])
    first = f"{sign}{column}"
    return (EmptyLast(first) if column in EMPTY_LAST else first, f"{sign}id")


def _choice(field: str, choices: list[str]) -> Callable[[QuerySet[Asset], str], QuerySet[Asset]]:
    def apply(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
        if value not in choices:
            raise _unknown(field, choices)
        return assets.filter(**{field: value})

    return apply


def _by_split(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    if value == "none":
        return assets.filter(split=None)
    if value not in Asset.Split.values:
        raise _unknown("split", [*Asset.Split.values, "none"])
    return assets.filter(split=value)


def _by_class(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    try:
        label_class = uuid.UUID(value)
    except ValueError as error:
        raise BadInput(errors=[FieldError("class", f"{value!r} is not an id")]) from error
    return assets.filter(class_ids__has_item=str(label_class))


def _by_annotated(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    if value not in ("true", "false"):
        raise _unknown("annotated", ["true", "false"])
    return assets.filter(annotation_count__gt=0) if value == "true" else assets.filter(annotation_count=0)


def _by_person(role: str) -> Callable[[QuerySet[Asset], str], QuerySet[Asset]]:
    def apply(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
        if value == "none":
            return assets.filter(**{f"{role}_id": None})
        try:
            return assets.filter(**{f"{role}_id": uuid.UUID(value)})
        except ValueError as error:
            raise BadInput(errors=[FieldError(role, "give me, none or the id of a person")]) from error

    return apply


def _by_comments(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    if value != "open":
        raise _unknown("comments", ["open"])
    return assets.filter(open_comments__gt=0)


def _by_proposals(assets: QuerySet[Asset], value: str) -> QuerySet[Asset]:
    if value not in ("true", "false"):
        raise _unknown("proposals", ["true", "false"])
    return assets.filter(proposal_count__gt=0) if value == "true" else assets.filter(proposal_count=0)


def _unknown(field: str, choices: list[str]) -> BadInput:
    return BadInput(errors=[FieldError(field, f"choose one of {', '.join(choices)}")])


_FILTERS: dict[str, Callable[[QuerySet[Asset], str], QuerySet[Asset]]] = {
    "status": _choice("status", Asset.Status.values),
    "review": _choice("review", Asset.Review.values),
    "media": _choice("media", Asset.Media.values),
    "video": lambda assets, value: assets.filter(metadata__video=value),
    "split": _by_split,
    "class": _by_class,
    "tag": lambda assets, value: assets.filter(tags__has_item=value),
    "name": lambda assets, value: assets.filter(name__icontains=value),
    "annotated": _by_annotated,
    "assignee": _by_person("assignee"),
    "reviewer": _by_person("reviewer"),
    "comments": _by_comments,
    "proposals": _by_proposals,
}
