"""Workflows over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.forms import parse
from training.run_serializers import RunDetailSerializer, RunInput, RunSerializer
from training.serializers import (
    WorkflowChange,
    WorkflowInput,
    WorkflowSerializer,
    WorkflowVersionSerializer,
)
from training.services import runs, workflows


class WorkflowsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="workflows_list", responses=WorkflowSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        rows = selectors.workflows_for(principal).filter(project=project)
        return paginated(self, request, rows, WorkflowSerializer)

    @extend_schema(
        operation_id="workflows_create", request=WorkflowInput, responses={201: WorkflowSerializer}
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "train")
        body = parse(WorkflowInput, request)
        workflow = workflows.create_workflow(principal, project, body["name"], body["spec"])
        return Response(WorkflowSerializer(workflow).data, status=201)


class WorkflowView(ApiView):
    @extend_schema(operation_id="workflows_get", responses=WorkflowSerializer)
    def get(self, request: Request, workflow_id: uuid.UUID) -> Response:
        workflow = selectors.get_workflow(principal_of(request), workflow_id)
        return Response(WorkflowSerializer(workflow).data)

    @extend_schema(operation_id="workflows_change", request=WorkflowChange, responses=WorkflowSerializer)
    def patch(self, request: Request, workflow_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workflow = selectors.get_workflow(principal, workflow_id, "train")
        changed = workflows.change_workflow(principal, workflow, **parse(WorkflowChange, request))
        return Response(WorkflowSerializer(changed).data)

    @extend_schema(operation_id="workflows_delete", responses={204: OpenApiResponse(description="Deleted")})
    def delete(self, request: Request, workflow_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workflows.delete_workflow(principal, selectors.get_workflow(principal, workflow_id, "train"))
        return Response(status=204)


class WorkflowVersionsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="workflow_versions_list", responses=WorkflowVersionSerializer(many=True))
    def get(self, request: Request, workflow_id: uuid.UUID) -> Response:
        workflow = selectors.get_workflow(principal_of(request), workflow_id)
        return paginated(
            self,
            request,
            workflow.versions.select_related("created_by"),
            WorkflowVersionSerializer,
            ("-version",),
        )


class WorkflowRunsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="workflow_runs_list", responses=RunSerializer(many=True))
    def get(self, request: Request, workflow_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workflow = selectors.get_workflow(principal, workflow_id)
        rows = selectors.runs_for(principal).filter(workflow_version__workflow=workflow)
        return paginated(self, request, rows, RunSerializer)

    @extend_schema(operation_id="runs_create", request=RunInput, responses={201: RunDetailSerializer})
    def post(self, request: Request, workflow_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workflow = selectors.get_workflow(principal, workflow_id, "train")
        run = runs.start_run(principal, workflow, parse(RunInput, request))
        return Response(RunDetailSerializer(run).data, status=201)
