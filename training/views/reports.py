"""Reports over HTTP."""

from __future__ import annotations

import hashlib
import re
import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from core import jobs
from core.errors import NotFound
from core.http.views import ApiView
from training import selectors
from training.services import reports

# The report is a page of its own: styles and pictures inside it, nothing else, and no origin.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


class ReportsView(ApiView):
    @extend_schema(operation_id="artifact_reports_create", request=None, responses={202: JobSerializer})
    def post(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = selectors.get_artifact(principal, artifact_id, "train")
        return Response(jobs.as_dict(reports.start(principal, artifact)), status=202)


class ReportView(ApiView):
    @extend_schema(
        operation_id="artifact_report",
        parameters=[OpenApiParameter("kind", str, "path", enum=list(reports.TYPES))],
        responses={(200, "text/html"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, artifact_id: uuid.UUID, kind: str) -> HttpResponse:
        if kind not in reports.TYPES:
            raise NotFound(f"There are reports as {', '.join(reports.TYPES)}.")
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        content = reports.read(artifact, kind)
        etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers={"ETag": etag})
        name = re.sub(r"[^\w.-]+", "-", f"{artifact.architecture}-{artifact.variant}-{artifact.name}")
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
            "Content-Disposition": f'inline; filename="{name}-report.{kind}"',
        }
        return HttpResponse(content, content_type=reports.TYPES[kind], headers=headers)
