"""Comments on assets over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from annotations import selectors
from annotations.models import Comment
from annotations.services import comments as services
from core.errors import BadInput, FieldError
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.people import PersonSerializer

MAX_TEXT = 5_000


class CommentSerializer(serializers.ModelSerializer[Comment]):
    author = PersonSerializer(read_only=True, allow_null=True)
    resolved_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Comment
        fields = [
            "id",
            "asset",
            "parent",
            "text",
            "x",
            "y",
            "frame",
            "annotation",
            "author",
            "created_at",
            "edited_at",
            "resolved_at",
            "resolved_by",
        ]
        read_only_fields = fields


class WriteCommentSerializer(serializers.Serializer[Any]):
    """Without a place it is about the whole asset; with `parent` it answers the first comment of a thread."""

    text = serializers.CharField(max_length=MAX_TEXT)
    x = serializers.FloatField(required=False, allow_null=True)
    y = serializers.FloatField(required=False, allow_null=True)
    frame = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    annotation = serializers.UUIDField(required=False, allow_null=True)
    # Declared fields leave the class: that serializers have an attribute of this name does no harm.
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]


class ChangeCommentSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=MAX_TEXT, required=False)
    resolved = serializers.BooleanField(required=False)


class CommentsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(
        operation_id="comments_list",
        parameters=[OpenApiParameter("resolved", bool, description="Only threads that are, or are not")],
        responses=CommentSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id)
        rows = selectors.comments_of(asset)
        given = request.query_params.get("resolved")
        if given not in (None, "", "true", "false"):
            message = "choose one of true, false"
            raise BadInput(f"resolved: {message}.", [FieldError("resolved", message)])
        if given:
            rows = rows.filter(resolved_at__isnull=given == "false", parent=None)
        return paginated(self, request, rows, CommentSerializer, ("created_at", "id"))

    @extend_schema(
        operation_id="comments_create", request=WriteCommentSerializer, responses={201: CommentSerializer}
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        body = parse(WriteCommentSerializer, request)
        if body.get("parent") is not None:
            body["parent"] = selectors.comments_of(asset).filter(pk=body["parent"]).first()
            if body["parent"] is None:
                message = "is not a comment on this asset"
                raise BadInput(f"parent {message}.", [FieldError("parent", message)])
        return Response(CommentSerializer(services.write(principal, asset, **body)).data, status=201)


class CommentView(ApiView):
    @extend_schema(
        operation_id="comments_update", request=ChangeCommentSerializer, responses=CommentSerializer
    )
    def patch(self, request: Request, comment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        comment = selectors.get_comment(principal, comment_id, "annotate")
        body = parse(ChangeCommentSerializer, request)
        changed = services.change(principal, comment, body.get("text"), body.get("resolved"))
        return Response(CommentSerializer(changed).data)

    @extend_schema(operation_id="comments_delete", responses={204: OpenApiResponse(description="Gone")})
    def delete(self, request: Request, comment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        services.remove(principal, selectors.get_comment(principal, comment_id, "annotate"))
        return Response(status=204)
