"""Artifacts over HTTP: metrics, lineage, evaluation and what they predict."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.evaluation_serializers import AssetPrediction
from training.forms import parse
from training.gate_serializers import ArtifactChange
from training.serializers import ArtifactSerializer
from training.services import predictions, roles


class ProjectArtifactsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="artifacts_list", responses=ArtifactSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        rows = selectors.artifacts_for(principal).filter(project=project)
        return paginated(self, request, rows, ArtifactSerializer)


class ArtifactView(ApiView):
    @extend_schema(operation_id="artifacts_get", responses=ArtifactSerializer)
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        return Response(ArtifactSerializer(artifact).data)

    @extend_schema(operation_id="artifacts_change", request=ArtifactChange, responses=ArtifactSerializer)
    def patch(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = selectors.get_artifact(principal, artifact_id, "train")
        changed = roles.set_note(principal, artifact, parse(ArtifactChange, request)["note"])
        return Response(ArtifactSerializer(changed).data)


class PredictionView(ApiView):
    @extend_schema(operation_id="artifacts_predictions_get", responses=AssetPrediction)
    def get(self, request: Request, artifact_id: uuid.UUID, asset_id: uuid.UUID) -> Response:
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        return Response(predictions.prediction_of(artifact, asset_id))


class PredictionOverlayView(ApiView):
    @extend_schema(
        operation_id="artifacts_predictions_overlay", responses={(200, "image/png"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, artifact_id: uuid.UUID, asset_id: uuid.UUID) -> HttpResponse:
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        etag = f'"{artifact.updated_at.timestamp():.6f}-{asset_id}"'
        if _fresh(request, etag):
            return HttpResponse(status=304, headers={"ETag": etag})
        drawn = predictions.overlay_png(artifact, asset_id)
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        return HttpResponse(drawn, content_type="image/png", headers=headers)


def _fresh(request: Request | HttpRequest, etag: str) -> bool:
    return request.headers.get("If-None-Match") == etag
