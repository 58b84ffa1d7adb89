"""Gates and roles over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.forms import parse
from training.gate_serializers import GateChange, GateInput, GateSerializer, RoleInput
from training.serializers import ArtifactSerializer
from training.services import gates, roles


class GatesView(ApiView):
    @extend_schema(operation_id="gates_list", responses=GateSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        rows = GateSerializer(gates.gates_of(project.pk), many=True).data
        return Response({"results": rows, "next": None, "previous": None})

    @extend_schema(operation_id="gates_create", request=GateInput, responses={201: GateSerializer})
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "deploy")
        gate = gates.create_gate(principal, project, parse(GateInput, request))
        return Response(GateSerializer(gate).data, status=201)


class GateView(ApiView):
    @extend_schema(operation_id="gates_change", request=GateChange, responses=GateSerializer)
    def patch(self, request: Request, gate_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        gate = selectors.get_gate(principal, gate_id, "deploy")
        return Response(GateSerializer(gates.change_gate(principal, gate, parse(GateChange, request))).data)

    @extend_schema(operation_id="gates_delete", responses={204: OpenApiResponse(description="Deleted")})
    def delete(self, request: Request, gate_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        gates.delete_gate(principal, selectors.get_gate(principal, gate_id, "deploy"))
        return Response(status=204)


class RoleView(ApiView):
    @extend_schema(operation_id="artifacts_role", request=RoleInput, responses=ArtifactSerializer)
    def put(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = selectors.get_artifact(principal, artifact_id, "deploy")
        changed = roles.set_role(principal, artifact, parse(RoleInput, request)["role"])
        return Response(ArtifactSerializer(changed).data)
