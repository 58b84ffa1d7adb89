"""What the list of assets can be asked for: one function a filter, each naming itself where it is wrong.

Several values by comma mean any of them; a backslash keeps a comma, or a leading minus, as it is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from core.errors import BadInput, FieldError
from projects.models import Asset
from projects.near_duplicates import similar_assets

Assets = QuerySet[Asset]
Filter = Callable[[Assets, str], Assets]
MAX_VALUES = 100
# What a column of positive numbers holds on either database.
LARGEST = 2**31 - 1
LARGEST_BYTES = 2**63 - 1


def refused(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}.", [FieldError(field, message)])


def unknown(field: str, choices: list[str]) -> BadInput:
    return refused(field, f"choose one of {', '.join(choices)}")


def values_of(field: str, text: str) -> list[str]:
    """The values between the commas, escapes still in them; raises BadInput for more than is sensible."""
    parts = [part for part in re.split(r"(?<!\\),", text) if part]
    if len(parts) > MAX_VALUES:
        raise refused(field, f"takes at most {MAX_VALUES} values")
    return parts


def _plain(value: str) -> str:
    return re.sub(r"\\([,\\-])", r"\1", value)


def _choice(field: str, choices: list[str], empty: bool = False) -> Filter:
    """Any of the choices; `none` for rows without a value where there are such."""
    offered = [*choices, "none"] if empty else choices

    def apply(assets: Assets, text: str) -> Assets:
        values = values_of(field, text)
        if not values or set(values) - set(offered):
            raise unknown(field, offered)
        found = Q()
        if named := [value for value in values if value != "none"]:
            found |= Q(**{f"{field}__in": named})
        if "none" in values:
            found |= Q(**{field: None})
        return assets.filter(found)

    return apply


def _items(field: str, column: str, read: Callable[[str], str]) -> Filter:
    """Lists that hold any of the values, and none of those behind a minus."""

    def apply(assets: Assets, text: str) -> Assets:
        values = values_of(field, text)
        wanted = Q()
        for value in values:
            if not value.startswith("-"):
                wanted |= Q(**{f"{column}__has_item": read(_plain(value))})
        assets = assets.filter(wanted)
        for value in values:
            if value.startswith("-"):
                assets = assets.exclude(**{f"{column}__has_item": read(_plain(value[1:]))})
        return assets

    return apply


def _id(field: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            return str(uuid.UUID(value))
        except ValueError as error:
            raise BadInput(errors=[FieldError(field, f"{value!r} is not an id")]) from error

    return read


def _flag(field: str, test: Q) -> Filter:
    def apply(assets: Assets, value: str) -> Assets:
        if value not in ("true", "false"):
            raise unknown(field, ["true", "false"])
        return assets.filter(test if value == "true" else ~test)

    return apply


def _person(role: str) -> Filter:
    def apply(assets: Assets, text: str) -> Assets:
        found = Q()
        for value in values_of(role, text):
            if value == "none":
                found |= Q(**{f"{role}_id": None})
                continue
            try:
                found |= Q(**{f"{role}_id": uuid.UUID(value)})
            except ValueError as error:
                raise BadInput(errors=[FieldError(role, "give me, none or the id of a person")]) from error
        return assets.filter(found)

    return apply


def _bound(field: str, lookup: str, largest: int = LARGEST) -> Filter:
    """A whole number from 0 that a column is at least, or at most."""

    def apply(assets: Assets, value: str) -> Assets:
        if not (value.isascii() and value.isdecimal() and len(value) <= 19):
            raise refused(field, "must be a whole number from 0")
        if int(value) > largest:
            return assets.none() if lookup.endswith("gte") else assets
        return assets.filter(**{lookup: int(value)})

    return apply


def _moment(field: str, lookup: str) -> Filter:
    def apply(assets: Assets, value: str) -> Assets:
        try:
            # A plus in an address is a space.
            moment = parse_datetime(value.replace(" ", "+") if "T" in value else value)
            if moment is None and (day := parse_date(value)):
                moment = datetime.combine(day, time())
        except ValueError:
            moment = None
        if moment is None:
            raise refused(field, "must be a date such as 2026-05-31, or a time such as 2026-05-31T12:00:00Z")
        return assets.filter(**{lookup: moment if moment.tzinfo else moment.replace(tzinfo=UTC)})

    return apply


def _video(assets: Assets, value: str) -> Assets:
    return assets.filter(metadata__video=value)


def _comments(assets: Assets, value: str) -> Assets:
    if value != "open":
        raise unknown("comments", ["open"])
    return assets.filter(open_comments__gt=0)


def _duplicates(assets: Assets, value: str) -> Assets:
    if value != "true":
        raise unknown("duplicates", ["true"])
    project = assets.order_by().values_list("project_id", flat=True).first()
    return assets.filter(pk__in=similar_assets(project)) if project else assets


# The positive test of each is written so that a partial index serves it.
FILTERS: dict[str, Filter] = {
    "status": _choice("status", Asset.Status.values),
    "review": _choice("review", Asset.Review.values),
    "media": _choice("media", Asset.Media.values),
    "video": _video,
    "split": _choice("split", Asset.Split.values, empty=True),
    "class": _items("class", "class_ids", _id("class")),
    "tag": _items("tag", "tags", str),
    "name": lambda assets, value: assets.filter(name__icontains=value),
    "annotated": _flag("annotated", Q(annotation_count__gt=0)),
    "assignee": _person("assignee"),
    "reviewer": _person("reviewer"),
    "comments": _comments,
    "proposals": _flag("proposals", Q(proposal_count__gt=0)),
    "min_width": _bound("min_width", "width__gte"),
    "max_width": _bound("max_width", "width__lte"),
    "min_height": _bound("min_height", "height__gte"),
    "max_height": _bound("max_height", "height__lte"),
    "min_size": _bound("min_size", "size__gte", LARGEST_BYTES),
    "max_size": _bound("max_size", "size__lte", LARGEST_BYTES),
    "created_after": _moment("created_after", "created_at__gte"),
    "created_before": _moment("created_before", "created_at__lt"),
    "duplicates": _duplicates,
    "deleted": _flag("deleted", Q(deleted_at__isnull=False)),
}
