"""Runs over HTTP: what they are doing, their curves and their log."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.urls import replace_query_param

from accounts.principals import principal_of
from core.http.pagination import CursorPages, paginated, parse_limit
from core.http.views import ApiView
from projects.selectors import get_project
from training import run_filters, selectors
from training.forms import parse, whole_number
from training.run_serializers import RunChange, RunDetailSerializer, RunSerializer
from training.serializers import (
    ArtifactSerializer,
    LogPage,
    LogSerializer,
    MetricPage,
    MetricSerializer,
)
from training.services import runs

ROWS = 500
MOST_ROWS = 5000
AFTER = [
    OpenApiParameter("after", OpenApiTypes.INT, description="Only what comes behind this step or line"),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"At most {MOST_ROWS}"),
]


class ProjectRunsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(
        operation_id="runs_list", parameters=run_filters.PARAMETERS, responses=RunSerializer(many=True)
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        rows = selectors.runs_for(principal).filter(project=get_project(principal, project_id))
        return paginated(self, request, run_filters.filtered(rows, request.query_params), RunSerializer)


class RunView(ApiView):
    @extend_schema(operation_id="runs_get", responses=RunDetailSerializer)
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        return Response(RunDetailSerializer(selectors.get_run(principal_of(request), run_id)).data)

    @extend_schema(operation_id="runs_change", request=RunChange, responses=RunDetailSerializer)
    def patch(self, request: Request, run_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        run = selectors.get_run(principal, run_id, "train")
        return Response(
            RunDetailSerializer(runs.change_run(principal, run, **parse(RunChange, request))).data
        )

    @extend_schema(operation_id="runs_delete", responses={204: OpenApiResponse(description="Deleted")})
    def delete(self, request: Request, run_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        runs.delete_run(principal, selectors.get_run(principal, run_id, "train"))
        return Response(status=204)


class RunCancelView(ApiView):
    @extend_schema(operation_id="runs_cancel", request=None, responses={202: RunDetailSerializer})
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        run = runs.cancel_run(principal, selectors.get_run(principal, run_id, "train"))
        return Response(RunDetailSerializer(run).data, status=202)


class RunResumeView(ApiView):
    @extend_schema(operation_id="runs_resume", request=None, responses={202: RunDetailSerializer})
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        run = runs.resume_run(principal, selectors.get_run(principal, run_id, "train"))
        return Response(RunDetailSerializer(run).data, status=202)


class RunMetricsView(ApiView):
    @extend_schema(operation_id="runs_metrics", parameters=AFTER, responses=MetricPage)
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        run = selectors.get_run(principal_of(request), run_id)
        return _behind(request, run.metrics.order_by("step"), "step", MetricSerializer)


class RunLogsView(ApiView):
    @extend_schema(operation_id="runs_logs", parameters=AFTER, responses=LogPage)
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        run = selectors.get_run(principal_of(request), run_id)
        return _behind(request, run.log_lines.order_by("n"), "n", LogSerializer)


class RunArtifactsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="run_artifacts_list", responses=ArtifactSerializer(many=True))
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        run = selectors.get_run(principal, run_id)
        return paginated(
            self, request, selectors.artifacts_for(principal).filter(run=run), ArtifactSerializer
        )


def _behind(
    request: Request, rows: QuerySet[Any], column: str, serializer: type[BaseSerializer[Any]]
) -> Response:
    """Rows behind `?after=`, in order; pages link forward by the last one shown."""
    after = whole_number(request, "after", -1)
    limit = parse_limit(request, ROWS, MOST_ROWS)
    found = list(rows.filter(**{f"{column}__gt": after})[: limit + 1])
    shown, following = found[:limit], None
    if len(found) > limit:
        following = replace_query_param(request.build_absolute_uri(), "after", getattr(shown[-1], column))
    return Response({"results": serializer(shown, many=True).data, "next": following, "previous": None})
