"""Sweeps over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.errors import BadInput, FieldError
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.forms import parse
from training.models import Sweep
from training.services import sweeps
from training.sweep_serializers import SweepDetailSerializer, SweepInput, SweepSerializer


class SweepsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(
        operation_id="sweeps_list",
        parameters=[OpenApiParameter("status", str, enum=Sweep.Status.values)],
        responses=SweepSerializer(many=True),
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        rows = selectors.sweeps_for(principal).filter(project=get_project(principal, project_id))
        status = request.query_params.get("status")
        if status and status not in Sweep.Status.values:
            message = f"must be one of {', '.join(Sweep.Status.values)}"
            raise BadInput(f"status: {message}", [FieldError("status", message)])
        return paginated(self, request, rows.filter(status=status) if status else rows, SweepSerializer)

    @extend_schema(operation_id="sweeps_create", request=SweepInput, responses={201: SweepDetailSerializer})
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "train")
        sweep = sweeps.create_sweep(principal, project, parse(SweepInput, request))
        return Response(SweepDetailSerializer(sweep).data, status=201)


class SweepView(ApiView):
    @extend_schema(operation_id="sweeps_get", responses=SweepDetailSerializer)
    def get(self, request: Request, sweep_id: uuid.UUID) -> Response:
        return Response(SweepDetailSerializer(selectors.get_sweep(principal_of(request), sweep_id)).data)

    @extend_schema(operation_id="sweeps_delete", responses={204: OpenApiResponse(description="Deleted")})
    def delete(self, request: Request, sweep_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        sweeps.delete_sweep(principal, selectors.get_sweep(principal, sweep_id, "train"))
        return Response(status=204)


class SweepCancelView(ApiView):
    @extend_schema(operation_id="sweeps_cancel", request=None, responses={202: SweepDetailSerializer})
    def post(self, request: Request, sweep_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        sweep = sweeps.cancel_sweep(principal, selectors.get_sweep(principal, sweep_id, "train"))
        return Response(SweepDetailSerializer(sweep).data, status=202)
