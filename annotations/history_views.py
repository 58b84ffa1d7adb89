"""The history of an asset over HTTP."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core import signing
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.principals import principal_of
from annotations.asset_history import Place, page
from annotations.serializers import RestoredSerializer
from annotations.services.restoring import look_back
from core.errors import BadInput, FieldError
from core.http.pagination import parse_limit
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.people import PersonSerializer

KINDS = ("annotations", "review", "assignment", "comment")
_signer = signing.Signer(salt="annotations.history")


class HistoryEntrySerializer(serializers.Serializer[Any]):
    """What an entry says besides its kind, time and actor depends on its kind."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    at = serializers.DateTimeField()
    actor = PersonSerializer(allow_null=True)
    revision = serializers.IntegerField(required=False, help_text="Of `annotations`")
    created = serializers.IntegerField(required=False, help_text="Of `annotations`: how many shapes")
    updated = serializers.IntegerField(required=False)
    deleted = serializers.IntegerField(required=False)
    restored = serializers.IntegerField(required=False, allow_null=True, help_text="What it went back to")
    role = serializers.CharField(required=False, help_text="Of `assignment`: assignee or reviewer")
    to = serializers.JSONField(required=False, help_text="A state of review, or a person")
    note = serializers.CharField(required=False, allow_null=True, help_text="Why")
    text = serializers.CharField(required=False, help_text="Of `comment`")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # A word that Python keeps for itself.
        before = serializers.JSONField(required=False, help_text="A state of review, or a person")
        return {**super().get_fields(), "from": before}


class HistoryPageSerializer(serializers.Serializer[Any]):
    results = HistoryEntrySerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class HistoryView(ApiView):
    @extend_schema(
        operation_id="assets_history",
        parameters=[OpenApiParameter("limit", int, default=50), OpenApiParameter("cursor")],
        responses=HistoryPageSerializer,
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id)
        entries, more = page(asset, _place(request.query_params.get("cursor")), parse_limit(request))
        link = None
        if more is not None:
            cursor = _signer.sign_object([more.at.isoformat(), str(more.id)])
            link = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
        # Going back in time is what a history is for: there is no way forwards but from the beginning.
        return Response({"results": entries, "next": link, "previous": None})


class RevisionView(ApiView):
    @extend_schema(operation_id="annotations_at_revision", responses=RestoredSerializer)
    def get(self, request: Request, asset_id: uuid.UUID, revision: int) -> Response:
        """The shapes as they were at a revision, which is what restoring it would give; of a video, the
        keyframes."""
        asset = get_asset(principal_of(request), asset_id)
        results, left_out = look_back(asset, revision)
        return Response({"revision": revision, "results": results, "left_out": left_out})


def _place(cursor: str | None) -> Place | None:
    if not cursor:
        return None
    try:
        at, key = _signer.unsign_object(cursor)
        return Place(datetime.fromisoformat(at), uuid.UUID(key))
    except (signing.BadSignature, ValueError, TypeError):
        message = "is not a cursor of this list; start again without it"
        raise BadInput(f"cursor {message}.", [FieldError("cursor", message)]) from None
