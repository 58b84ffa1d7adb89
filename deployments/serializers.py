"""How deployments look in answers and events, and what requests may send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from deployments.models import Deployment, DeploymentVersion
from training.models import Artifact
from training.serializers import RunError


class DeployedArtifact(serializers.ModelSerializer[Artifact]):
    metrics = serializers.DictField(child=serializers.FloatField(), read_only=True)

    class Meta:
        model = Artifact
        fields = ["id", "name", "architecture", "variant", "metrics"]


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    """`endpoint` is the path to send images to, on the host that gave this answer."""

    project = serializers.UUIDField(source="project_id", read_only=True)
    artifact = DeployedArtifact(read_only=True)
    error = RunError(read_only=True, allow_null=True)
    endpoint = serializers.SerializerMethodField()

    class Meta:
        model = Deployment
        fields = [
            "id",
            "project",
            "name",
            "status",
            "message",
            "error",
            "artifact",
            "device",
            "runtime",
            "quantization",
            "replicas",
            "version",
            "endpoint",
            "created_at",
            "updated_at",
        ]

    def get_endpoint(self, deployment: Deployment) -> str:
        return f"/api/v1/deployments/{deployment.pk}/predict"


class VersionInput(serializers.Serializer[Any]):
    """What is left out stays as in the current version."""

    artifact = serializers.UUIDField(required=False)
    device = serializers.CharField(required=False)
    runtime = serializers.CharField(required=False)
    quantization = serializers.CharField(required=False, allow_null=True)
    replicas = serializers.IntegerField(required=False)


class DeploymentInput(VersionInput):
    name = serializers.CharField(max_length=200)
    artifact = serializers.UUIDField()


class DeploymentChange(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)


class RollbackInput(serializers.Serializer[Any]):
    """Without a version, the one before the current."""

    version = serializers.IntegerField(required=False, min_value=1)


class DeploymentVersionSerializer(serializers.ModelSerializer[DeploymentVersion]):
    deployment = serializers.UUIDField(source="deployment_id", read_only=True)
    artifact = DeployedArtifact(read_only=True)

    class Meta:
        model = DeploymentVersion
        fields = [
            "id",
            "deployment",
            "version",
            "artifact",
            "device",
            "runtime",
            "quantization",
            "replicas",
            "created_at",
        ]


class StatsSerializer(serializers.Serializer[Any]):
    """Since the inference server started; latencies in milliseconds over the last requests."""

    requests = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    p50_ms = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)
    queue = serializers.IntegerField()
    batch_mean = serializers.FloatField(allow_null=True)


class ExportInput(serializers.Serializer[Any]):
    format = serializers.CharField()
    quantization = serializers.CharField(required=False, allow_null=True)
    pruning = serializers.FloatField(required=False, min_value=0, max_value=0.9)


def deployment_event(deployment: Deployment) -> dict[str, Any]:
    """The deployment as a JSON-ready dict for events."""
    return dict(DeploymentSerializer(deployment).data)
