"""Cursor pages for every list: `{"results", "next", "previous"}`, `?limit=` up to 500."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core.errors import BadInput, FieldError

MAX_LIMIT = 500


class CursorPages(CursorPagination):
    """The default pagination: newest first unless a view says otherwise through `ordering`."""

    page_size = 50
    max_page_size = MAX_LIMIT
    page_size_query_param = "limit"
    ordering: Any = ("-created_at", "-id")

    def get_page_size(self, request: Request) -> int:
        return parse_limit(request, self.page_size)


def parse_limit(request: Request, default: int = 50, maximum: int = MAX_LIMIT) -> int:
    """`?limit=` as an int in 1…maximum; larger values are cut, anything else is a 400 naming `limit`."""
    raw = request.query_params.get("limit")
    if raw is None:
        return default
    if not raw.isdecimal() or not raw.isascii() or int(raw) == 0:
        raise BadInput("limit must be a whole number from 1.", [FieldError("limit", f"{raw!r} is not valid")])
    return min(int(raw), maximum)


def paginated(
    view: APIView,
    request: Request,
    queryset: QuerySet[Any],
    serializer: type[BaseSerializer[Any]],
    ordering: tuple[str, ...] = ("-created_at", "-id"),
    context: dict[str, Any] | None = None,
) -> Response:
    """One page of a queryset as a response; `ordering` must end in a unique column."""
    pages = CursorPages()
    pages.ordering = ordering
    rows = pages.paginate_queryset(queryset, request, view=view)
    body = serializer(rows, many=True, context={"request": request, **(context or {})}).data
    return pages.get_paginated_response(body)
