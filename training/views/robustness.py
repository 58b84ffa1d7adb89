"""Robustness cards over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from annotations.selectors import get_snapshot
from core import jobs
from core.errors import NotFound
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from training import selectors
from training.evaluation_serializers import EvaluatedSnapshot, EvaluationInput
from training.forms import parse
from training.services import robustness


class Corruption(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    values = serializers.ListField(
        child=serializers.FloatField(allow_null=True), help_text="At rising severity"
    )


class Tiling(serializers.Serializer[Any]):
    whole = serializers.FloatField(allow_null=True)
    tiles = serializers.FloatField(allow_null=True)


class SizePoint(serializers.Serializer[Any]):
    """The metric and the median of a forward pass at one input size; null where the model takes no such."""

    size = serializers.ListField(child=serializers.IntegerField(), help_text="Height, width")
    value = serializers.FloatField(allow_null=True)
    milliseconds = serializers.FloatField(allow_null=True)
    own = serializers.BooleanField(help_text="Whether it was trained at this size")


class Card(serializers.Serializer[Any]):
    metric = serializers.CharField(help_text="miou, or map of models of objects")
    images = serializers.IntegerField()
    clean = serializers.FloatField(allow_null=True)
    severities = serializers.ListField(child=serializers.IntegerField())
    corruptions = Corruption(many=True)
    tiling = Tiling(allow_null=True)
    sizes = SizePoint(many=True)


class RobustnessCardSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    snapshot = EvaluatedSnapshot()
    split = serializers.CharField()
    card = Card()
    created_at = serializers.DateTimeField()


class RobustnessInput(EvaluationInput):
    images = serializers.IntegerField(min_value=1, max_value=robustness.MOST_IMAGES, default=40)


class RobustnessView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="artifact_robustness_list", responses=RobustnessCardSerializer(many=True))
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        rows = artifact.robustness.select_related("snapshot").order_by("-created_at", "-id")
        return paginated(self, request, rows, RobustnessCardSerializer)

    @extend_schema(
        operation_id="artifact_robustness_create", request=RobustnessInput, responses={202: JobSerializer}
    )
    def post(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = selectors.get_artifact(principal, artifact_id, "train")
        given = parse(RobustnessInput, request)
        snapshot = get_snapshot(principal, given.get("snapshot") or artifact.run.snapshot_id)
        if snapshot.project_id != artifact.project_id:
            raise NotFound("There is no snapshot of this id in the artifact's project.")
        job = robustness.start(principal, artifact, snapshot, given["split"], given["images"])
        return Response(jobs.as_dict(job), status=202)
