"""Statistics over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from annotations.statistics import statistics
from annotations.statistics_serializers import StatisticsSerializer
from core.http.views import ApiView
from projects.selectors import get_project
from projects.views.parameters import FILTERS


class StatisticsView(ApiView):
    @extend_schema(
        operation_id="projects_statistics",
        parameters=FILTERS,
        responses=StatisticsSerializer,
        description="Of the assets that pass the filters, which are those of the list.",
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        return Response(statistics(project, request.query_params.dict(), principal.user))
