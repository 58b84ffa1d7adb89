"""What can be trained here, and on what."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from training.catalogue import architectures
from training.serializers import CataloguePage, HardwareSerializer
from training.services.hardware import busy_hardware


class ArchitecturesView(ApiView):
    @extend_schema(operation_id="architectures_list", responses=CataloguePage)
    def get(self, request: Request) -> Response:
        return Response({"results": list(architectures().values()), "next": None, "previous": None})


class HardwareView(ApiView):
    @extend_schema(operation_id="hardware_get", responses=HardwareSerializer)
    def get(self, request: Request) -> Response:
        return Response(busy_hardware(principal_of(request)))
