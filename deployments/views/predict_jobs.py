"""Jobs that predict a snapshot, a folder or a video, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import Principal, principal_of
from accounts.serializers import JobSerializer
from core import jobs
from core.errors import BadInput, Conflict, FieldError
from core.http.pagination import CursorPages, paginated
from core.http.ranged import ranged_file
from core.http.views import ApiView
from core.models import Job
from deployments.models import Deployment
from deployments.predict_serializers import FolderJobInput, PredictionJob, SnapshotJobInput, VideoJobInput
from deployments.selectors import get_deployment
from deployments.services import bulk_jobs
from deployments.views.predict import QUERY, query_of
from training.forms import parse

JSON_INPUT = PolymorphicProxySerializer(
    "PredictionJobInput", serializers=[SnapshotJobInput, FolderJobInput], resource_type_field_name=None
)


class PredictionJobsView(ApiView):
    pagination_class = CursorPages
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(operation_id="deployment_jobs_list", responses=PredictionJob(many=True))
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = get_deployment(principal_of(request), deployment_id)
        return paginated(self, request, bulk_jobs.jobs_of(deployment), PredictionJob)

    @extend_schema(
        operation_id="deployment_jobs_create",
        description="The job's result is `{images or frames, predictions, failed: [{item, reason}], "
        "failures, download_url}`: a ZIP with `predictions.jsonl`, `failed.jsonl`, and overlays.",
        parameters=QUERY,
        request={"application/json": JSON_INPUT, "multipart/form-data": VideoJobInput},
        responses={202: JobSerializer},
    )
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = get_deployment(principal, deployment_id, "predict")
        return Response(jobs.as_dict(_started(request, principal, deployment)), status=202)


class PredictionJobFileView(ApiView):
    @extend_schema(
        operation_id="deployment_jobs_file", responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def get(
        self, request: Request, deployment_id: uuid.UUID, job_id: uuid.UUID
    ) -> HttpResponse | StreamingHttpResponse:
        deployment = get_deployment(principal_of(request), deployment_id)
        job = bulk_jobs.get_job(deployment, job_id)
        if job.status != Job.Status.SUCCEEDED:
            raise Conflict(f"There is no file: the job is {job.status}.")
        name = f"{deployment.name}-predictions.zip"
        return ranged_file(
            request,
            bulk_jobs.result_key(job),
            "application/zip",
            etag=str(job.pk),
            filename=name,
            inline=False,
        )


def _started(request: Request, principal: Principal, deployment: Deployment) -> Job:
    query = query_of(request)
    if (request.content_type or "").startswith("multipart/"):
        body = parse(VideoJobInput, request)
        file = body["video"]
        return bulk_jobs.start_video(
            principal, deployment, file, file.name or "", body["every"], query, body["overlays"]
        )
    data: Any = request.data
    kinds = [kind for kind in ("snapshot", "folder") if isinstance(data, dict) and kind in data]
    if len(kinds) != 1:
        message = "name one of them, or send a video as multipart"
        raise BadInput(
            f"snapshot or folder: {message}", [FieldError("snapshot", message), FieldError("folder", message)]
        )
    if kinds == ["folder"]:
        body = parse(FolderJobInput, request)
        return bulk_jobs.start_folder(principal, deployment, body["folder"], query, body["overlays"])
    body = parse(SnapshotJobInput, request)
    return bulk_jobs.start_snapshot(
        principal, deployment, body["snapshot"], body["split"], query, body["overlays"]
    )
