"""Cursor pages for every list: `{"results", "next", "previous"}`, `?limit=` up to 500.

A cursor is the place of a row in the order: its values in the ordered columns and its id, signed. A page is
what lies behind (or before) that place, so it costs the same wherever it is, however many rows are alike.
`?skip=` passes over so many rows more, for jumps within a long list: that costs a look at their keys.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from core.errors import BadInput, FieldError

MAX_LIMIT = 500
MAX_SKIP = 1_000_000
_signer = signing.Signer(salt="core.pagination")


class EmptyLast(str):
    """The name of a column to order by, as `-score`, whose empty values come last in both directions."""


class Column(NamedTuple):
    """A column to order by. Ascending, what is empty comes last; descending, it comes first, but for
    `empty_last`.
    """

    field: Field[Any, Any]
    ascending: bool
    empty_last: bool = False

    @property
    def name(self) -> str:
        return self.field.attname

    def __str__(self) -> str:
        return self.name if self.ascending else f"-{self.name}"

    def order(self, backwards: bool) -> OrderBy:
        column = F(self.name)
        up = self.ascending != backwards
        if not self.field.null:
            return column.asc() if up else column.desc()
        # Django takes True or nothing.
        where = {"nulls_last": True} if self._empty_behind(backwards) else {"nulls_first": True}
        return column.asc(**where) if up else column.desc(**where)

    def _empty_behind(self, backwards: bool) -> bool:
        """Whether what is empty comes behind everything else, going this way."""
        return (self.ascending or self.empty_last) != backwards

    def same(self, value: object) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def behind(self, value: object, backwards: bool) -> Q | None:
        """What comes behind a value in this column; None where nothing can."""
        empty_behind = self.field.null and self._empty_behind(backwards)
        if value is None:
            return None if empty_behind else Q(**{f"{self.name}__isnull": False})
        way = "gt" if self.ascending != backwards else "lt"
        further = Q(**{f"{self.name}__{way}": value})
        return further | Q(**{f"{self.name}__isnull": True}) if empty_behind else further


class Place(NamedTuple):
    """Where a page begins: behind these values, or at the very edge (None), reading on or backwards."""

    values: list[Any] | None
    backwards: bool


class CursorPages(CursorPagination):
    """The default pagination: newest first unless a view says otherwise through `ordering`."""

    page_size = 50
    max_page_size = MAX_LIMIT
    page_size_query_param = "limit"
    ordering: Any = ("-created_at", "-id")

    address: str
    columns: list[Column]
    place: Place
    rows: list[Any]
    skip: int
    more: bool
    # Whether the keys of a page are found before its rows are read: where many are looked through for a few.
    keys_first = False

    def get_page_size(self, request: Request) -> int:
        return parse_limit(request, self.page_size)

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        limit = self.get_page_size(request)
        self.address = remove_query_param(request.build_absolute_uri(), "skip")
        self.columns = _columns(queryset.model, self.ordering)
        self.place = self._place(request)
        backwards = self.place.backwards
        if self.place.values is not None:
            queryset = queryset.filter(_behind(self.columns, self.place.values, backwards))
        ordered = queryset.order_by(*(column.order(backwards) for column in self.columns))
        self.skip = parse_skip(request)
        found = _few(ordered, self.skip, limit + 1, self.keys_first)
        self.more = len(found) > limit
        self.rows = found[:limit]
        if backwards:
            self.rows.reverse()
        return self.rows

    def get_next_link(self) -> str | None:
        if not self.place.backwards:
            return self._link(Place(self._values(self.rows[-1]), False)) if self.more else None
        # Nothing lies before: what follows is the beginning.
        return self._link(Place(self._values(self.rows[-1]) if self.rows else None, False))

    def get_previous_link(self) -> str | None:
        if self.place.backwards:
            return self._link(Place(self._values(self.rows[0]), True)) if self.more else None
        if self.place.values is None and not self.skip:
            return None
        return self._link(Place(self._values(self.rows[0]) if self.rows else None, True))

    def _values(self, row: Any) -> list[Any]:
        return [_plain(getattr(row, column.name)) for column in self.columns]

    def _link(self, place: Place) -> str:
        if place == Place(None, False):
            return remove_query_param(self.address, self.cursor_query_param)
        cursor = _signer.sign_object([[str(column) for column in self.columns], *place])
        return replace_query_param(self.address, self.cursor_query_param, cursor)

    def _place(self, request: Request) -> Place:
        cursor = request.query_params.get(self.cursor_query_param)
        if not cursor:
            return Place(None, False)
        try:
            order, values, backwards = _signer.unsign_object(cursor)
            if order != [str(column) for column in self.columns]:
                raise ValueError("made for another order")
            if values is not None:
                values = [
                    column.field.to_python(value) for column, value in zip(self.columns, values, strict=True)
                ]
        except (signing.BadSignature, ValueError, TypeError, ValidationError):
            message = "is not a cursor of this list; start again without it"
            raise BadInput(f"cursor {message}.", [FieldError("cursor", message)]) from None
        return Place(values, backwards)


def _few(ordered: QuerySet[Any], skip: int, count: int, keys_first: bool) -> list[Any]:
    """So many rows behind those that are skipped: of these only the keys are read, without what is joined."""
    if not skip and not keys_first:
        return list(ordered[:count])
    keys = list(ordered.values_list("pk", flat=True)[skip : skip + count])
    return list(ordered.filter(pk__in=keys))


def _columns(model: type[Model], ordering: tuple[str, ...]) -> list[Column]:
    """The columns of an ordering, the id behind them where it is not among them."""
    columns = [
        Column(_field(model, name.removeprefix("-")), not name.startswith("-"), isinstance(name, EmptyLast))
        for name in ordering
    ]
    key = model._meta.pk
    if all(column.field is not key for column in columns):
        columns.append(Column(key, columns[-1].ascending))
    return columns


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, Field), f"{name} is no column"
    return field


def _behind(columns: list[Column], values: list[Any], backwards: bool) -> Q:
    """Rows behind a place: alike in the first columns, behind in the next; one case for each column."""
    cases = Q(pk__in=[])
    alike = Q()
    for column, value in zip(columns, values, strict=True):
        behind = column.behind(value, backwards)
        if behind is not None:
            cases |= alike & behind
        alike &= column.same(value)
    first, value = columns[0], values[0]
    # Says nothing new, but lets an index find the beginning.
    if value is not None and first.ascending == backwards and not (first.empty_last and first.field.null):
        return Q(**{f"{first.name}__lte": value}) & cases
    if value is not None and not first.field.null:
        return Q(**{f"{first.name}__gte": value}) & cases
    return cases


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def parse_limit(request: Request, default: int = 50, maximum: int = MAX_LIMIT) -> int:
    """`?limit=` as an int in 1…maximum; larger values are cut, anything else is a 400 naming `limit`."""
    raw = request.query_params.get("limit")
    if raw is None:
        return default
    # More digits than these say nothing more, and take long to read.
    if not raw.isdecimal() or not raw.isascii() or len(raw) > 18 or int(raw) == 0:
        raise BadInput("limit must be a whole number from 1.", [FieldError("limit", "is not valid")])
    return min(int(raw), maximum)


def parse_skip(request: Request) -> int:
    """`?skip=` as an int from 0, none where it is not given; anything else is a 400 naming `skip`."""
    raw = request.query_params.get("skip", "0")
    if not (raw.isdecimal() and raw.isascii() and len(raw) <= len(str(MAX_SKIP)) and int(raw) <= MAX_SKIP):
        message = f"must be a whole number from 0 to {MAX_SKIP}"
        raise BadInput(f"skip {message}.", [FieldError("skip", message)])
    return int(raw)


def paginated(
    view: APIView,
    request: Request,
    queryset: QuerySet[Any],
    serializer: type[BaseSerializer[Any]],
    ordering: tuple[str, ...] = ("-created_at", "-id"),
    context: dict[str, Any] | None = None,
    keys_first: bool = False,
) -> Response:
    """One page of a queryset as a response, ordered by these columns and then by id; `keys_first` where an
    index has all that the queryset asks, so that other rows than the page's need not be read.
    """
    pages = CursorPages()
    pages.ordering = ordering
    pages.keys_first = keys_first
    rows = pages.paginate_queryset(queryset, request, view=view)
    body = serializer(rows, many=True, context={"request": request, **(context or {})}).data
    return pages.get_paginated_response(body)
