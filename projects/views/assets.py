"""Assets over HTTP."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.selectors import require
from accounts.views import parse
from core.errors import BadInput, FieldError
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects import asset_selectors as selectors
from projects.asset_serializers import (
    AssetChangeSerializer,
    AssetSerializer,
    BulkAnswerSerializer,
    BulkSerializer,
    UploadAnswerSerializer,
    UploadSerializer,
)
from projects.models import Asset
from projects.selectors import get_project
from projects.services import assets as services

ORDERS = [sign + column for column in selectors.ORDERS for sign in ("", "-")]
FILTERS = [
    OpenApiParameter("status", enum=Asset.Status.values),
    OpenApiParameter("review", enum=Asset.Review.values),
    OpenApiParameter("media", enum=Asset.Media.values),
    OpenApiParameter("video", OpenApiTypes.UUID, description="Only images taken out of this video"),
    OpenApiParameter("split", enum=[*Asset.Split.values, "none"]),
    OpenApiParameter("class", OpenApiTypes.UUID, description="Only assets on which this class occurs"),
    OpenApiParameter("tag", description="Only assets with exactly this tag"),
    OpenApiParameter("name", description="Only assets whose name contains this"),
    OpenApiParameter("annotated", bool),
    OpenApiParameter("assignee", description="`me`, `none` or the id of who annotates"),
    OpenApiParameter("reviewer", description="`me`, `none` or the id of who reviews"),
    OpenApiParameter("comments", enum=["open"], description="Only assets with comments nobody has settled"),
    OpenApiParameter("proposals", bool, description="Only assets with, or without, undecided proposals"),
    OpenApiParameter("order", enum=ORDERS, default=selectors.DEFAULT_ORDER),
]


class AssetsView(ApiView):
    parser_classes = (MultiPartParser,)
    pagination_class = CursorPages

    @extend_schema(
        operation_id="assets_list", parameters=FILTERS, responses=AssetSerializer(many=True), filters=False
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        query = request.query_params
        me = principal_of(request).user
        assets = selectors.filtered(selectors.assets_of(project), query, me)
        return paginated(self, request, assets, AssetSerializer, selectors.ordering(query))

    @extend_schema(
        operation_id="assets_upload",
        request={"multipart/form-data": UploadSerializer},
        responses={201: UploadAnswerSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "annotate")
        files = [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
        if not files:
            message = "Send one or many files in multipart fields named `files`."
            raise BadInput(message, [FieldError("files", message)])
        named = [(file.name or "", file.file) for file in files if file.file]
        outcomes = services.upload_assets(principal, project, named)
        return Response({"results": [services.fate_of(outcome) for outcome in outcomes]}, status=201)


class AssetsBulkView(ApiView):
    @extend_schema(operation_id="assets_bulk", request=BulkSerializer, responses=BulkAnswerSerializer)
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        body = parse(BulkSerializer, request)
        project = get_project(principal, project_id, "manage" if body["delete"] else "annotate")
        if body["delete"]:
            deleted = services.delete_many(principal, project, body["ids"])
            return Response({"updated": 0, "deleted": deleted})
        updated = services.set_many(principal, project, body["ids"], **body["set"])
        return Response({"updated": updated, "deleted": 0})


class AssetView(ApiView):
    @extend_schema(operation_id="assets_get", responses=AssetSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        return Response(AssetSerializer(selectors.get_asset(principal_of(request), asset_id)).data)

    @extend_schema(operation_id="assets_update", request=AssetChangeSerializer, responses=AssetSerializer)
    def patch(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = selectors.get_asset(principal, asset_id, "annotate")
        body = parse(AssetChangeSerializer, request, partial=True)
        return Response(AssetSerializer(services.update_asset(principal, asset, **body)).data)

    @extend_schema(operation_id="assets_delete", responses={204: OpenApiResponse(description="Gone")})
    def delete(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = selectors.get_asset(principal, asset_id)
        require(principal, asset.project.workspace_id, "manage")
        services.delete_many(principal, asset.project, [asset.pk])
        return Response(status=204)
