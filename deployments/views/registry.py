"""The registry of a project's artifacts over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from deployments.registry_serializers import RegistrySerializer
from deployments.services.registry import registry
from projects.selectors import get_project
from training.evaluation_forms import WHICH, snapshot_asked, split_asked


class RegistryView(ApiView):
    @extend_schema(operation_id="registry", parameters=WHICH, responses=RegistrySerializer)
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        return Response(registry(project, snapshot_asked(request), split_asked(request)))
