"""Uploaded weight files over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.forms import parse
from training.services import weight_files
from training.weight_serializers import WeightFileSerializer, WeightUpload


class WeightFilesView(ApiView):
    parser_classes = (MultiPartParser,)
    pagination_class = CursorPages

    @extend_schema(operation_id="weights_list", responses=WeightFileSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        rows = selectors.weight_files_for(principal).filter(project=project)
        return paginated(self, request, rows, WeightFileSerializer)

    @extend_schema(
        operation_id="weights_upload",
        description="A safetensors file; a spec names it `file:<name>`. Pickles (.bin, .pt, .pth) are "
        "refused: opening one can run code.",
        request={"multipart/form-data": WeightUpload},
        responses={201: WeightFileSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "train")
        body = parse(WeightUpload, request)
        file = body["file"]
        name = body.get("name") or file.name or ""
        row = weight_files.add_weight_file(principal, project, file, file.size or 0, name)
        return Response(WeightFileSerializer(row).data, status=201)


class WeightFileView(ApiView):
    @extend_schema(operation_id="weights_delete", responses={204: OpenApiResponse(description="Deleted")})
    def delete(self, request: Request, weights_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        weight_files.delete_weight_file(principal, selectors.get_weight_file(principal, weights_id, "train"))
        return Response(status=204)
