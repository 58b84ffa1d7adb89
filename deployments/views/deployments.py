"""Deployments over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from deployments import selectors
from deployments.serializers import (
    BranchInput,
    DeploymentChange,
    DeploymentInput,
    DeploymentSerializer,
    DeploymentVersionSerializer,
    RollbackInput,
    StatsSerializer,
    VersionInput,
)
from deployments.services import branches, lifecycle, prediction
from projects.selectors import get_project
from training.forms import parse


class DeploymentsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="deployments_list", responses=DeploymentSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        rows = selectors.deployments_for(principal).filter(project=project)
        return paginated(self, request, rows, DeploymentSerializer)

    @extend_schema(
        operation_id="deployments_create", request=DeploymentInput, responses={201: DeploymentSerializer}
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "deploy")
        deployment = lifecycle.create_deployment(principal, project, parse(DeploymentInput, request))
        return Response(DeploymentSerializer(deployment).data, status=201)


class DeploymentView(ApiView):
    @extend_schema(operation_id="deployments_get", responses=DeploymentSerializer)
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        return Response(DeploymentSerializer(deployment).data)

    @extend_schema(
        operation_id="deployments_change", request=DeploymentChange, responses=DeploymentSerializer
    )
    def patch(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        changed = lifecycle.change_deployment(principal, deployment, parse(DeploymentChange, request))
        return Response(DeploymentSerializer(changed).data)

    @extend_schema(operation_id="deployments_delete", responses={204: OpenApiResponse(description="Deleted")})
    def delete(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        lifecycle.delete_deployment(principal, deployment)
        return Response(status=204)


class VersionsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="deployment_versions_list", responses=DeploymentVersionSerializer(many=True))
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        rows = deployment.versions.select_related("artifact")
        return paginated(self, request, rows, DeploymentVersionSerializer, ("-version",))

    @extend_schema(
        operation_id="deployment_versions_create",
        request=VersionInput,
        responses={201: DeploymentVersionSerializer},
    )
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        version = lifecycle.add_version(principal, deployment, parse(VersionInput, request))
        return Response(DeploymentVersionSerializer(version).data, status=201)


class RollbackView(ApiView):
    @extend_schema(operation_id="deployments_rollback", request=RollbackInput, responses=DeploymentSerializer)
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        rolled = lifecycle.roll_back(principal, deployment, parse(RollbackInput, request).get("version"))
        return Response(DeploymentSerializer(rolled).data)


class CanaryView(ApiView):
    branch = branches.CANARY

    @extend_schema(operation_id="deployments_canary", request=BranchInput, responses=DeploymentSerializer)
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        body = parse(BranchInput, request)
        row = branches.set_branch(principal, deployment, self.branch, body["version"], body.get("percent"))
        return Response(DeploymentSerializer(row).data)


class ShadowView(CanaryView):
    branch = branches.SHADOW

    @extend_schema(operation_id="deployments_shadow", request=BranchInput, responses=DeploymentSerializer)
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        return super().post(request, deployment_id)


class PromoteView(ApiView):
    @extend_schema(operation_id="deployments_promote", request=None, responses=DeploymentSerializer)
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        return Response(DeploymentSerializer(branches.promote(principal, deployment)).data)


class StopView(ApiView):
    @extend_schema(operation_id="deployments_stop", request=None, responses=DeploymentSerializer)
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        return Response(DeploymentSerializer(lifecycle.stop_deployment(principal, deployment)).data)


class StartView(ApiView):
    @extend_schema(operation_id="deployments_start", request=None, responses=DeploymentSerializer)
    def post(self, request: Request, deployment_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        deployment = selectors.get_deployment(principal, deployment_id, "deploy")
        return Response(DeploymentSerializer(lifecycle.start_deployment(principal, deployment)).data)


class StatsView(ApiView):
    @extend_schema(operation_id="deployments_stats", responses=StatsSerializer)
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = selectors.get_deployment(principal_of(request), deployment_id)
        return Response(prediction.stats_of(deployment))
