"""How many assets a list has, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from projects.asset_counts import MOST, count
from projects.selectors import get_project
from projects.views.parameters import FILTERS


class AssetCountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    is_capped = serializers.BooleanField(help_text=f"Whether there are more than {MOST:,}")


class AssetCountView(ApiView):
    @extend_schema(operation_id="assets_count", parameters=FILTERS, responses=AssetCountSerializer)
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        counted = count(project, request.query_params.dict(), principal.user)
        return Response({"count": counted.number, "is_capped": counted.is_capped})
