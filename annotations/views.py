"""An asset's shapes over HTTP."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from annotations import painting, selectors, tracks
from annotations.serializers import (
    AcceptedSerializer,
    AnnotationListSerializer,
    OperationSerializer,
    PatchSerializer,
    ReplaceSerializer,
    RestoredSerializer,
    RestoreSerializer,
    RevisionSerializer,
)
from annotations.services import merging, restoring, store
from core.errors import BadInput, FieldError, Unusable
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.models import Asset

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The revision the change is based on"
)
FRAME = OpenApiParameter(
    "frame",
    int,
    description="Of a video: what is to be seen on this frame, interpolated between keyframes. Without it, "
    "the keyframes of all frames.",
)
SIZES = (160, 320, 640, 1280)


class AnnotationsView(ApiView):
    @extend_schema(
        operation_id="annotations_list", parameters=[FRAME], responses=AnnotationListSerializer, filters=False
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id)
        frame = _frame(request, asset)
        return _answer(asset, None if frame is None else tracks.shapes_at(asset, frame))

    @extend_schema(
        operation_id="annotations_replace",
        parameters=[IF_MATCH],
        request=ReplaceSerializer,
        responses=AnnotationListSerializer,
    )
    def put(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        revision = expected_revision(request)
        body = parse(ReplaceSerializer, request)
        return _answer(store.replace(principal, asset, revision, body["results"]))

    @extend_schema(
        operation_id="annotations_patch",
        parameters=[IF_MATCH],
        request=PatchSerializer,
        responses=AnnotationListSerializer,
    )
    def patch(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        revision = expected_revision(request)
        body = parse(PatchSerializer, request)
        return _answer(store.patch(principal, asset, revision, **body))


class ChangesView(ApiView):
    @extend_schema(
        operation_id="annotations_change", request=OperationSerializer, responses=AcceptedSerializer
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Merge one operation. Shapes that somebody else has changed since `base` are refused by themselves,
        the rest lands."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        return Response(merging.merge(principal, asset, **parse(OperationSerializer, request)))


class RestoreView(ApiView):
    @extend_schema(
        operation_id="annotations_restore",
        parameters=[IF_MATCH],
        request=RestoreSerializer,
        responses=RestoredSerializer,
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Make the shapes what they were at a revision, as a new one."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        revision = expected_revision(request)
        body = parse(RestoreSerializer, request)
        asset, left_out = restoring.restore(principal, asset, revision, body["revision"])
        response = _answer(asset)
        response.data["left_out"] = left_out
        return response


class RevisionsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="annotations_history", responses=RevisionSerializer(many=True))
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id)
        return paginated(self, request, selectors.revisions_of(asset), RevisionSerializer, ("-revision",))


class MaskView(ApiView):
    @extend_schema(
        operation_id="assets_mask", parameters=[FRAME], responses={(200, "image/png"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> HttpResponse:
        asset = _ready(get_asset(principal_of(request), asset_id))
        frame = _frame(request, asset)
        if frame is None and asset.media == Asset.Media.VIDEO:
            raise BadInput("frame is required of a video.", [FieldError("frame", "is required of a video")])
        etag = painting.validator(asset, "mask", frame)
        if _known(request, etag):
            return HttpResponseNotModified()
        shapes = None if frame is None else tracks.shapes_at(asset, frame)
        return _png(painting.png(painting.index_mask(asset, shapes)), etag)


class OverlayView(ApiView):
    @extend_schema(
        operation_id="assets_overlay",
        parameters=[OpenApiParameter("size", int, enum=SIZES, description="Longer side in pixels")],
        responses={(200, "image/png"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> HttpResponse:
        asset = _ready(get_asset(principal_of(request), asset_id))
        size = request.query_params.get("size", "320")
        if size not in map(str, SIZES):
            message = f"must be one of {', '.join(map(str, SIZES))}"
            raise BadInput(f"size {message}", [FieldError("size", message)])
        etag = painting.validator(asset, "overlay", size)
        if _known(request, etag):
            return HttpResponseNotModified()
        # The picture that lists show of a video is its first frame.
        shapes = tracks.shapes_at(asset, 0) if asset.media == Asset.Media.VIDEO else None
        return _png(painting.png(painting.overlay(asset, int(size), shapes)), etag)


def expected_revision(request: Request) -> int:
    """The number of `If-Match`, quoted or not; raises BadInput naming the header."""
    header = request.headers.get("If-Match", "")
    match = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', header.strip(), re.ASCII)
    if match is None:
        message = "must name the revision your change is based on"
        raise BadInput(f"The header If-Match {message}.", [FieldError("If-Match", message)])
    return int(match.group(1))


def _frame(request: Request, asset: Asset) -> int | None:
    """`?frame=` as a frame of the video, None where it is not given; raises BadInput naming it."""
    given = request.query_params.get("frame")
    if given is None:
        return None
    count = asset.frames or 0
    if asset.media != Asset.Media.VIDEO:
        message = "is of videos only: this is an image"
    elif not (given.isascii() and given.isdecimal() and len(given) < 10 and int(given) < count):
        message = f"must be a frame of the video, 0 to {count - 1}"
    else:
        return int(given)
    raise BadInput(f"frame {message}.", [FieldError("frame", message)])


def _answer(asset: Asset, shapes: list[dict[str, Any]] | None = None) -> Response:
    if shapes is None:
        shapes = [selectors.as_dict(shape) for shape in selectors.annotations_of(asset)]
    response = Response({"revision": asset.revision, "results": shapes})
    response["ETag"] = f'"{asset.revision}"'
    return response


def _ready(asset: Asset) -> Asset:
    if asset.status != Asset.Status.READY:
        raise Unusable(f"{asset.name} is {asset.status}: it has no pixels.")
    return asset


def _known(request: Request, etag: str) -> bool:
    return f'"{etag}"' in request.headers.get("If-None-Match", "")


def _png(data: bytes, etag: str) -> HttpResponse:
    response = HttpResponse(data, content_type="image/png")
    response["ETag"] = f'"{etag}"'
    response["Cache-Control"] = "private, no-cache"
    return response
