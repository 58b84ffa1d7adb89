"""Imports and exports over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from accounts.views import parse
from annotations.formats import FORMATS
from annotations.models import Snapshot
from annotations.services import exports, imports
from annotations.transfer_serializers import ExportSerializer, FormatListSerializer, ImportSerializer
from core import jobs
from core.errors import BadInput, FieldError, NotFound
from core.http.ranged import ranged_file
from core.http.views import ApiView
from core.models import Job
from projects.selectors import get_project


class FormatsView(ApiView):
    @extend_schema(operation_id="formats_list", responses=FormatListSerializer)
    def get(self, request: Request) -> Response:
        results = [
            {
                "name": each.name,
                "title": each.title,
                "import": each.read is not None,
                "export": each.write is not None,
                "lossless": each.lossless,
                "keeps": each.keeps,
                "loses": each.loses,
                "extensions": list(each.extensions),
                "media": list(each.media),
                "tasks": list(each.tasks),
            }
            for each in FORMATS.values()
        ]
        return Response({"results": results, "next": None, "previous": None})


class ImportsView(ApiView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="imports_create",
        description="The job's result is `{assets, annotations, classes, skipped: [{item, reason}]}`: how "
        "many of each are new, and what was left out or repaired.",
        request={"multipart/form-data": ImportSerializer},
        responses={202: JobSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "manage")
        body = parse(ImportSerializer, request)
        file = body["file"]
        job = imports.start_import(
            principal, project, body["format"], file, file.name, body["create_classes"]
        )
        return Response(jobs.as_dict(job), status=202)


class ExportsView(ApiView):
    @extend_schema(
        operation_id="exports_create",
        description="The job's result is `{download_url, size, images, annotations}`.",
        request=ExportSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        body = parse(ExportSerializer, request)
        snapshot = None
        if body["snapshot"]:
            snapshot = Snapshot.objects.filter(pk=body["snapshot"], project=project).first()
            if snapshot is None:
                message = "the project has no snapshot of this id"
                raise BadInput(f"snapshot: {message}", [FieldError("snapshot", message)])
        job = exports.start_export(principal, project, body["format"], snapshot, body["images"])
        return Response(jobs.as_dict(job), status=202)


class ExportDownloadView(ApiView):
    @extend_schema(operation_id="exports_download", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: uuid.UUID) -> Any:
        job = Job.objects.filter(pk=job_id, kind=exports.KIND).first()
        if job is None or job.project_id is None:
            raise NotFound()
        project = get_project(principal_of(request), job.project_id)
        if job.status != Job.Status.SUCCEEDED:
            raise NotFound(f"The export is {job.status}: there is no file.")
        name = f"{project.name}-{job.payload['format']}.zip"
        return ranged_file(
            request, exports.export_key(job.pk), "application/zip", str(job.pk), name, inline=False
        )
