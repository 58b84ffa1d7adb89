"""Exports over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from core import jobs
from core.errors import Conflict
from core.http.pagination import CursorPages, paginated
from core.http.ranged import ranged_file
from core.http.views import ApiView
from core.models import Job
from deployments.selectors import exports_of, get_export
from deployments.serializers import ExportInput
from deployments.services import exports
from training.forms import parse
from training.selectors import get_artifact


class ExportJob(JobSerializer):
    """An export's job; what was asked for stands beside it."""

    def to_representation(self, job: Job) -> dict[str, Any]:
        asked = {name: job.payload[name] for name in ("format", "quantization")}
        return {**jobs.as_dict(job), **asked}


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
        name = exports.archive_name(job, artifact)
        key = exports.archive_key(job.pk)
        return ranged_file(request, key, "application/zip", etag=str(job.pk), filename=name, inline=False)
