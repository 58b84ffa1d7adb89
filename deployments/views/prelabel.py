"""Having a model propose shapes, over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from accounts.views import parse
from core import jobs
from core.http.views import ApiView
from deployments.prelabel_serializers import PrelabelSerializer
from deployments.services import prelabelling
from projects.selectors import get_project


class PrelabelView(ApiView):
    @extend_schema(
        operation_id="projects_prelabel",
        description="The job's result is `{images, proposals, proposed_on, skipped: [{asset, item, reason}], "
        "skips, failed: [{asset, item, reason}], failures, unknown_classes: [{name, count}], left_out: "
        "{rejected_before, drawn, broken, too_many, other_classes}}`; the lists name the first 100.",
        request=PrelabelSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        """Have a deployment look at images; what it sees becomes proposals on them, in place of the pending
        ones, and how unsure it was orders the lists."""
        principal = principal_of(request)
        project = get_project(principal, project_id, "annotate")
        body = parse(PrelabelSerializer, request)
        return Response(jobs.as_dict(prelabelling.start(principal, project, **body)), status=202)
