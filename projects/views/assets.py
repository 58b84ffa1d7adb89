"""Assets over HTTP."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import OpenApiResponse, extend_schema
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
    UploadAnswerSerializer,
    UploadSerializer,
)
from projects.selectors import get_project
from projects.services import assets as services
from projects.services import bulk
from projects.views.parameters import FILTERS, ORDER, SKIP


class AssetsView(ApiView):
    parser_classes = (MultiPartParser,)
    pagination_class = CursorPages

    @extend_schema(
        operation_id="assets_list",
        parameters=[*FILTERS, ORDER, SKIP],
        responses=AssetSerializer(many=True),
        filters=False,
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        query = request.query_params
        assets = selectors.found(project, query.dict(), principal_of(request).user)
        order, many = selectors.ordering(query), selectors.looks_through_many(query)
        return paginated(self, request, assets, AssetSerializer, order, keys_first=many)

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


class AssetView(ApiView):
    @extend_schema(operation_id="assets_get", responses=AssetSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = selectors.get_asset(principal_of(request), asset_id, trashed=True)
        return Response(AssetSerializer(asset).data)

    @extend_schema(operation_id="assets_update", request=AssetChangeSerializer, responses=AssetSerializer)
    def patch(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = selectors.get_asset(principal, asset_id, "annotate")
        body = parse(AssetChangeSerializer, request, partial=True)
        return Response(AssetSerializer(services.update_asset(principal, asset, **body)).data)

    @extend_schema(
        operation_id="assets_delete",
        responses={204: OpenApiResponse(description="In the trash, for 30 days")},
    )
    def delete(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = selectors.get_asset(principal, asset_id)
        require(principal, asset.project.workspace_id, "manage")
        bulk.change(principal, asset.project, {"ids": [str(asset.pk)], "delete": True})
        return Response(status=204)
