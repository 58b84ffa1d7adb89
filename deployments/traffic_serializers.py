"""Metrics, logs, drift and samples of a deployment, as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from deployments.models import DeploymentSample
from deployments.predict_serializers import PredictionSerializer


class ShadowAgreement(serializers.Serializer[Any]):
    """Over how many answers, the mean share of pixels in which the shadow agreed with the answer given."""

    compared = serializers.IntegerField()
    agreement = serializers.FloatField()


class TrafficSummary(serializers.Serializer[Any]):
    """Percentiles come from counts by bucket, evenly spread within each; `queue` is the longest seen."""

    requests = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    p50_ms = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)
    p99_ms = serializers.FloatField(allow_null=True)
    queue = serializers.IntegerField()
    batch_mean = serializers.FloatField(allow_null=True)
    shadow = ShadowAgreement(allow_null=True)


class TrafficPoint(TrafficSummary):
    """One version in one step; `time` is the step's beginning."""

    time = serializers.DateTimeField()
    version = serializers.IntegerField()


class TrafficMetrics(serializers.Serializer[Any]):
    """`statuses` counts what was not answered, by HTTP status."""

    step_seconds = serializers.IntegerField()
    points = TrafficPoint(many=True)
    totals = TrafficSummary()
    statuses = serializers.DictField(child=serializers.IntegerField())


class ServerLine(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    time = serializers.DateTimeField()
    level = serializers.ChoiceField(["info", "warning", "error"])
    message = serializers.CharField()


class ServerLog(serializers.Serializer[Any]):
    """`server` names one start of the inference server: another one counts its lines from 1 again."""

    server = serializers.CharField()
    lines = ServerLine(many=True)


class DriftReference(serializers.Serializer[Any]):
    """`source` is "validation set", or "none" where the artifact was never measured."""

    source = serializers.CharField()  # type: ignore[assignment]
    images = serializers.IntegerField()


class DriftClass(serializers.Serializer[Any]):
    """Mean shares of the pixels, 0 to 1."""

    vars()["class"] = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    color = serializers.CharField(allow_null=True)
    reference = serializers.FloatField()
    now = serializers.FloatField()
    change = serializers.FloatField()


class DriftScores(serializers.Serializer[Any]):
    """Scores counted in ten bins from 0 to 1; `reference` is empty until the version gave 200 answers."""

    reference = serializers.ListField(child=serializers.IntegerField())
    now = serializers.ListField(child=serializers.IntegerField())


class DriftIndices(serializers.Serializer[Any]):
    """Population stability indices: below 0.1 calm, from 0.25 on strong; null while too little was seen."""

    classes = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)


class DriftSerializer(serializers.Serializer[Any]):
    reference = DriftReference()
    classes = DriftClass(many=True)
    confidence = DriftScores()
    psi = DriftIndices()
    level = serializers.ChoiceField(["none", "some", "strong"], allow_null=True)
    seen = serializers.IntegerField()


class SampleSerializer(serializers.ModelSerializer[DeploymentSample]):
    """`score` is that of the least sure prediction; null where nothing was seen."""

    asset = serializers.UUIDField(source="asset_id", read_only=True)
    asset_name = serializers.CharField(source="asset.name", read_only=True)
    prediction = PredictionSerializer(read_only=True)

    class Meta:
        model = DeploymentSample
        fields = ["asset", "asset_name", "version", "prediction", "score", "created_at"]

    def to_representation(self, instance: DeploymentSample) -> dict[str, Any]:
        # What the model said is passed on as it said it.
        return {
            "asset": str(instance.asset_id),
            "asset_name": instance.asset.name,
            "version": instance.version,
            "prediction": instance.prediction,
            "score": instance.score,
            "created_at": instance.created_at.isoformat(),
        }
