"""What a deployment does, over HTTP: metrics, log, drift, samples."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from deployments import selectors
from deployments.services import drifting, traffic
from deployments.traffic_serializers import (
    DriftSerializer,
    SampleSerializer,
    ServerLog,
    TrafficMetrics,
)
from training.forms import whole_number

HOUR = 60
DAY = 24


class MetricsView(ApiView):
    @extend_schema(
        operation_id="deployments_metrics",
        parameters=[
            OpenApiParameter("minutes", int, description="How far back, 43200 at most; 60 if left out")
        ],
        responses=TrafficMetrics,
    )
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        return Response(traffic.metrics_of(deployment, whole_number(request, "minutes", HOUR)))


class LogsView(ApiView):
    @extend_schema(
        operation_id="deployments_logs",
        parameters=[OpenApiParameter("after", int, description="Only lines after the n-th")],
        responses=ServerLog,
    )
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        return Response(traffic.log_of(deployment, whole_number(request, "after", 0)))


class DriftView(ApiView):
    @extend_schema(
        operation_id="deployments_drift",
        parameters=[OpenApiParameter("hours", int, description="How far back, 720 at most; 24 if left out")],
        responses=DriftSerializer,
    )
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        return Response(drifting.drift_of(deployment, whole_number(request, "hours", DAY)))


class SamplesView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="deployments_samples", responses=SampleSerializer(many=True))
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        return paginated(self, request, deployment.samples.select_related("asset"), SampleSerializer)
