"""What a run predicted at each of its evaluations."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from training import selectors
from training.evaluation_serializers import SamplesPage
from training.services import samples


class RunSamplesView(ApiView):
    @extend_schema(operation_id="runs_samples", responses=SamplesPage)
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        run = selectors.get_run(principal_of(request), run_id)
        return Response({"results": samples.samples_of(run), "next": None, "previous": None})


class RunSampleOverlayView(ApiView):
    @extend_schema(operation_id="runs_samples_overlay", responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, run_id: uuid.UUID, step: int, asset_id: uuid.UUID) -> HttpResponse:
        run = selectors.get_run(principal_of(request), run_id)
        # What a step predicted never changes.
        etag = f'"{run.pk}-{step}-{asset_id}"'
        headers = {"ETag": etag, "Cache-Control": "private, max-age=86400"}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers=headers)
        drawn = samples.overlay_png(run, step, asset_id)
        return HttpResponse(drawn, content_type="image/png", headers=headers)
