"""An asset's bytes over HTTP, in ranges and with validators."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.principals import principal_of
from core.errors import BadInput, FieldError, NotFound
from core.http.ranged import ranged_file
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.media.encode import THUMBNAIL_TYPE
from projects.models import Asset
from projects.services.probing import look_again
from projects.services.renditions import THUMBNAIL_SIZES, display_key, thumbnail_key

DEFAULT_THUMBNAIL = 320
# The bytes behind an asset never change, and who may see them is asked again within a day.
MAX_AGE = 86_400
IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "application/octet-stream")
FILES = {(200, kind): OpenApiTypes.BINARY for kind in IMAGE_TYPES}


class AssetImageView(ApiView):
    @extend_schema(
        operation_id="assets_image",
        parameters=[
            OpenApiParameter("original", bool, description="The bytes that were uploaded, whatever they are")
        ],
        responses=FILES,
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> Any:
        asset = get_asset(principal_of(request), asset_id, trashed=True)
        original = request.query_params.get("original", "") in ("1", "true")
        with _made_again(asset):
            key, content_type = (asset.storage_key, asset.content_type) if original else display_key(asset)
        etag = asset.sha256 if key == asset.storage_key else f"{asset.sha256}-display"
        name = asset.name.rsplit("/", 1)[-1]
        return ranged_file(request, key, content_type, etag, name, not original, MAX_AGE)


@contextmanager
def _made_again(asset: Asset) -> Iterator[None]:
    """The pictures of a video come from a job: where they were removed, it is done once more."""
    try:
        yield
    except NotFound:
        if asset.media == Asset.Media.VIDEO:
            look_again(asset)
        raise


class AssetThumbnailView(ApiView):
    @extend_schema(
        operation_id="assets_thumbnail",
        parameters=[
            OpenApiParameter("size", int, enum=list(THUMBNAIL_SIZES), description="Pixels of the longer side")
        ],
        responses={(200, THUMBNAIL_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> Any:
        asset = get_asset(principal_of(request), asset_id, trashed=True)
        raw = request.query_params.get("size") or str(DEFAULT_THUMBNAIL)
        if not (raw.isascii() and raw.isdecimal()):
            raise BadInput(errors=[FieldError("size", f"{raw!r} is not a number")])
        with _made_again(asset):
            key = thumbnail_key(asset, int(raw))
        return ranged_file(request, key, THUMBNAIL_TYPE, f"{asset.sha256}-{raw}", max_age=MAX_AGE)
