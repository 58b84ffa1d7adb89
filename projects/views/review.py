"""Queues, assignments and progress over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from core.errors import BadInput, FieldError
from core.http.pagination import parse_limit
from core.http.views import ApiView
from projects import review_selectors as selectors
from projects.models import Asset
from projects.review_serializers import (
    AssignedSerializer,
    AssignSerializer,
    ProgressSerializer,
    QueueSerializer,
)
from projects.selectors import get_project
from projects.services import assigning


class AssignView(ApiView):
    @extend_schema(operation_id="assets_assign", request=AssignSerializer, responses=AssignedSerializer)
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "review")
        body = parse(AssignSerializer, request)
        shares = assigning.shares_of(project, body["people"], body["role"])
        result = assigning.assign(
            principal,
            project,
            body["role"],
            shares,
            ids=body.get("assets"),
            filters=body.get("filters"),
            only_unassigned=body["only_unassigned"],
        )
        return Response(assigning.summary(result))


class QueueView(ApiView):
    @extend_schema(
        operation_id="projects_queue",
        parameters=[
            OpenApiParameter("role", enum=Asset.WorkRole.values, default="assignee"),
            OpenApiParameter("limit", int, default=50),
        ],
        responses=QueueSerializer,
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        role = request.query_params.get("role", "assignee")
        if role not in Asset.WorkRole.values:
            message = f"must be one of {', '.join(Asset.WorkRole.values)}"
            raise BadInput(f"role {message}.", [FieldError("role", message)])
        results = list(selectors.queue(project, principal.user, role)[: parse_limit(request)])
        answer = {
            "next": results[0] if results else None,
            "counts": selectors.counts(project, principal.user, role),
            "results": results,
        }
        return Response(QueueSerializer(answer).data)


class ProgressView(ApiView):
    @extend_schema(operation_id="projects_progress", responses=ProgressSerializer)
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        return Response(ProgressSerializer(selectors.progress(project)).data)
