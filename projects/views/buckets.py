"""Imports from buckets over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.bucket_serializers import BucketImportSerializer, NewBucketImportSerializer
from projects.selectors import get_project
from projects.services import buckets as services


class BucketImportsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="bucket_imports_list", responses=BucketImportSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        rows = services.imports_of(principal, get_project(principal, project_id))
        return paginated(self, request, rows, BucketImportSerializer)

    @extend_schema(
        operation_id="bucket_imports_create",
        description="Takes the pictures and videos below a prefix in by a job. Cancelled or broken off it "
        "goes on where it was; keys are kept sealed, for going on and for looking again.",
        request=NewBucketImportSerializer,
        responses={202: BucketImportSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        row = services.start_bucket_import(principal, project, **parse(NewBucketImportSerializer, request))
        return Response(BucketImportSerializer(row).data, status=202)


class BucketImportView(ApiView):
    @extend_schema(operation_id="bucket_imports_get", responses=BucketImportSerializer)
    def get(self, request: Request, import_id: uuid.UUID) -> Response:
        row = services.get_bucket_import(principal_of(request), import_id)
        return Response(BucketImportSerializer(row).data)


class BucketImportResumeView(ApiView):
    @extend_schema(
        operation_id="bucket_imports_resume",
        description="Goes on where the last job stopped; after one that ended well, looks for what is new.",
        request=None,
        responses={202: BucketImportSerializer},
    )
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        row = services.resume(principal, services.get_bucket_import(principal, import_id))
        return Response(BucketImportSerializer(row).data, status=202)
