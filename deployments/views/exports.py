"""Exports over HTTP."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from core import jobs
from core.errors import Conflict, NotFound
from core.http.pagination import CursorPages, paginated
from core.http.ranged import ranged_file
from core.http.views import ApiView
from core.models import Job
from deployments import export_options
from deployments.export_serializers import (
    ExportInput,
    ExportJob,
    ExportOptionsSerializer,
    TradeoffsSerializer,
)
from deployments.selectors import exports_of, get_export
from deployments.services import exports
from deployments.services.tradeoffs import tradeoffs
from training.forms import parse
from training.selectors import get_artifact


class ExportsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="artifact_exports_list", responses=ExportJob(many=True))
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        artifact = get_artifact(principal_of(request), artifact_id)
        return paginated(self, request, exports_of(artifact), ExportJob)

    @extend_schema(
        operation_id="artifact_exports_create", request=ExportInput, responses={202: JobSerializer}
    )
    def post(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = get_artifact(principal, artifact_id, "deploy")
        job = exports.start_export(principal, artifact, parse(ExportInput, request))
        return Response(jobs.as_dict(job), status=202)


class ExportOptionsView(ApiView):
    @extend_schema(operation_id="artifact_exports_options", responses=ExportOptionsSerializer)
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        return Response(export_options.offered(get_artifact(principal_of(request), artifact_id)))


class TradeoffsView(ApiView):
    @extend_schema(operation_id="artifact_tradeoffs", responses=TradeoffsSerializer)
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        return Response(tradeoffs(get_artifact(principal_of(request), artifact_id)))


class ExportView(ApiView):
    @extend_schema(operation_id="artifact_exports_delete", responses={204: OpenApiResponse()})
    def delete(self, request: Request, artifact_id: uuid.UUID, job_id: uuid.UUID) -> Response:
        artifact = get_artifact(principal_of(request), artifact_id, "deploy")
        export = artifact.exports.filter(pk=job_id).first()
        if export is None:
            raise NotFound("The artifact has no finished export of this id.")
        exports.delete_export(export)
        return Response(status=204)


class ExportFileView(ApiView):
    @extend_schema(
        operation_id="artifact_exports_file", responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def get(
        self, request: Request, artifact_id: uuid.UUID, job_id: uuid.UUID
    ) -> HttpResponse | StreamingHttpResponse:
        artifact = get_artifact(principal_of(request), artifact_id)
        job = get_export(artifact, job_id)
        if job.status != Job.Status.SUCCEEDED:
            raise Conflict(f"There is no file: the export is {job.status}.")
        export = artifact.exports.filter(pk=job_id).first()
        if export is None:
            raise NotFound("The export was deleted.")
        name = exports.archive_name(job, artifact)
        return ranged_file(
            request, export.archive_key, "application/zip", etag=str(job.pk), filename=name, inline=False
        )
