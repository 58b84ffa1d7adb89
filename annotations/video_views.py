"""Shapes of videos over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from accounts.views import parse
from annotations.services import propagating
from core.http.views import ApiView
from core.jobs import as_dict
from projects.asset_selectors import get_asset


class PropagateSerializer(serializers.Serializer[Any]):
    """Shapes that are to be seen on frame `from` are followed to frame `to`, which may lie before it."""

    ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=propagating.MOST_SHAPES
    )
    to = serializers.IntegerField(min_value=0)
    engine = serializers.ChoiceField(choices=propagating.ENGINES, default="flow")

    def get_fields(self) -> dict[str, Any]:
        # A word that Python keeps for itself.
        return {**super().get_fields(), "from": serializers.IntegerField(min_value=0)}


class PropagateView(ApiView):
    @extend_schema(
        operation_id="assets_propagate", request=PropagateSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Its result is `{"revision", "tracks": [{"id", "track", "reached", "keyframes", "quality",
        "reason"}]}`: `reason` says why a shape was followed no further, `done`, `lost`, `left` the picture or
        met a `keyframe` of a person."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        body = parse(PropagateSerializer, request)
        job = propagating.propagate(principal, asset, body["ids"], body["from"], body["to"], body["engine"])
        return Response(as_dict(job), status=202)
