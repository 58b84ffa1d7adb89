"""Projects over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.selectors import get_workspace
from accounts.views import parse
from core.http.pagination import CursorPages
from core.http.views import ApiView
from projects import selectors
from projects.models import Project
from projects.serializers import ProjectChangeSerializer, ProjectSerializer
from projects.services import projects as services


class ProjectsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(
        operation_id="projects_list",
        parameters=[
            OpenApiParameter("workspace", uuid.UUID, description="Only this workspace's projects"),
            OpenApiParameter("name", str, description="Only projects whose name contains this"),
        ],
        responses=ProjectSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        projects = selectors.with_counts(selectors.projects_for(principal_of(request)))
        if workspace := request.query_params.get("workspace"):
            wanted = _uuid(workspace)
            projects = projects.filter(workspace_id=wanted) if wanted else projects.none()
        if name := request.query_params.get("name"):
            projects = projects.filter(name__icontains=name)
        pages = CursorPages()
        rows = pages.paginate_queryset(projects, request, view=self) or []
        context = {"covers": selectors.covers(rows)}
        return pages.get_paginated_response(ProjectSerializer(rows, many=True, context=context).data)

    @extend_schema(
        operation_id="projects_create", request=ProjectSerializer, responses={201: ProjectSerializer}
    )
    def post(self, request: Request) -> Response:
        principal = principal_of(request)
        body = parse(ProjectSerializer, request)
        workspace = get_workspace(principal, body.pop("workspace_id"), "manage")
        project = services.create_project(principal, workspace, **body)
        return Response(_shown(project), status=201)


class ProjectView(ApiView):
    @extend_schema(operation_id="projects_get", responses=ProjectSerializer)
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        return Response(_shown(selectors.get_project(principal_of(request), project_id)))

    @extend_schema(
        operation_id="projects_update", request=ProjectChangeSerializer, responses=ProjectSerializer
    )
    def patch(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = selectors.get_project(principal, project_id, "manage")
        body = parse(ProjectChangeSerializer, request, partial=True)
        return Response(_shown(services.update_project(principal, project, **body)))

    @extend_schema(operation_id="projects_delete", responses={204: OpenApiResponse(description="Gone")})
    def delete(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        services.delete_project(principal, selectors.get_project(principal, project_id, "manage"))
        return Response(status=204)


def _shown(project: Project) -> dict[str, Any]:
    counted = selectors.with_counts(Project.objects.filter(pk=project.pk)).get()
    return ProjectSerializer(counted, context={"covers": selectors.covers([counted])}).data


def _uuid(text: str) -> uuid.UUID | None:
    """A filter value that is no id matches nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
