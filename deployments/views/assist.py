"""The smart tool over HTTP: parse, call the service, answer."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from core.http.views import ApiView
from deployments.assist_serializers import (
    AssistEnginesSerializer,
    AssistSerializer,
    ClickList,
    PreparedSerializer,
    PrepareInput,
)
from deployments.services import assist
from projects.asset_selectors import get_asset


class AssistView(ApiView):
    @extend_schema(operation_id="assets_assist", request=ClickList, responses=AssistSerializer)
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id, "annotate")
        return Response(assist.segment(asset, **parse(ClickList, request)))


class AssistEnginesView(ApiView):
    @extend_schema(operation_id="assets_assist_engines", responses=AssistEnginesSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        get_asset(principal_of(request), asset_id)
        return Response(assist.engines())


class AssistPrepareView(ApiView):
    @extend_schema(
        operation_id="assets_assist_prepare",
        description="Has the engine look at the picture, so that the first click is as fast as the tenth.",
        request=PrepareInput,
        responses=PreparedSerializer,
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id, "annotate")
        return Response(assist.prepare(asset, **parse(PrepareInput, request)))
