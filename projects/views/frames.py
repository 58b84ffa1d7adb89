"""The frames of a video over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from accounts.views import parse
from core import jobs
from core.errors import BadInput, FieldError
from core.http.ranged import small_file, unchanged
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.frame_serializers import ExtractSerializer, FramesSerializer
from projects.services import frames as services
from projects.services.extracting import extract_frames

# As for pictures: the bytes never change, and who may see them is asked again within a day.
MAX_AGE = 86_400


class FramesView(ApiView):
    @extend_schema(operation_id="assets_frames", responses=FramesSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        return Response(services.describe(get_asset(principal_of(request), asset_id)))


class FrameView(ApiView):
    @extend_schema(
        operation_id="assets_frame",
        parameters=[
            OpenApiParameter(
                "size",
                int,
                enum=list(services.FRAME_SIZES),
                description="Pixels of the longer side, at most the frame's own; all of them without",
            )
        ],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, asset_id: uuid.UUID, number: int) -> Any:
        asset = get_asset(principal_of(request), asset_id)
        side = _size(request.query_params.get("size"))
        services.check_frame(asset, number)
        services.check_size(side)
        etag = f"{asset.sha256}-{number}-{side or 'full'}"
        if answer := unchanged(request, etag, MAX_AGE, immutable=True):
            return answer
        content = services.frame_jpeg(asset, number, side)
        return small_file(content, "image/jpeg", etag, MAX_AGE, immutable=True)


def _size(raw: str | None) -> int | None:
    if not raw:
        return None
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 6):
        raise BadInput(errors=[FieldError("size", f"{raw!r} is not a number of pixels")])
    return int(raw)


class ExtractView(ApiView):
    @extend_schema(operation_id="assets_extract", request=ExtractSerializer, responses={202: JobSerializer})
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        body = parse(ExtractSerializer, request)
        job = extract_frames(principal, asset, body["every"], body["unit"], body["from"], body["to"])
        return Response(jobs.as_dict(job), status=202)
