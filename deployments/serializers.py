"""How deployments look in answers and events, and what requests may send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from deployments.models import Deployment, DeploymentVersion
from deployments.options import LIMITS
from training.models import Artifact
from training.serializers import RunError


class DeployedArtifact(serializers.ModelSerializer[Artifact]):
    metrics = serializers.DictField(child=serializers.FloatField(), read_only=True)

    class Meta:
        model = Artifact
        fields = ["id", "name", "architecture", "variant", "metrics"]


class BranchSerializer(serializers.Serializer[Any]):
    """A version beside the current one, and its share of the requests."""

    version = serializers.IntegerField()
    percent = serializers.FloatField()


class SamplingSerializer(serializers.Serializer[Any]):
    """Which requests become assets: a share of them, so many a day at most, and, where `below` is given, only
    those whose least sure prediction scores lower.
    """

    percent = serializers.FloatField(min_value=0, max_value=100)
    per_day = serializers.IntegerField(min_value=1)
    below = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    """`endpoint` is the path to send images to, on the host that gave this answer. Limits that are null are
    the inference server's own.
    """

    project = serializers.UUIDField(source="project_id", read_only=True)
    artifact = DeployedArtifact(read_only=True)
    export = serializers.UUIDField(source="export_id", read_only=True, allow_null=True)
    error = RunError(read_only=True, allow_null=True)
    canary = BranchSerializer(read_only=True, allow_null=True)
    shadow = BranchSerializer(read_only=True, allow_null=True)
    sampling = SamplingSerializer(read_only=True, allow_null=True)
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
            "export",
            "device",
            "runtime",
            "quantization",
            "replicas",
            *LIMITS,
            "version",
            "idle_minutes",
            "canary",
            "shadow",
            "sampling",
            "asleep",
            "restarts",
            "endpoint",
            "created_at",
            "updated_at",
        ]

    def get_endpoint(self, deployment: Deployment) -> str:
        return f"/api/v1/deployments/{deployment.pk}/predict"


class VersionInput(serializers.Serializer[Any]):
    """What is left out stays as in the current version; a limit that is null is left to the server.

    `export` says artifact, runtime and quantization at once. With `serve` false the version is only kept, for
    a canary or a shadow.
    """

    artifact = serializers.UUIDField(required=False)
    export = serializers.UUIDField(required=False, allow_null=True)
    device = serializers.CharField(required=False)
    runtime = serializers.CharField(required=False)
    quantization = serializers.CharField(required=False, allow_null=True)
    replicas = serializers.IntegerField(required=False)
    threads = serializers.IntegerField(required=False, allow_null=True)
    memory_mb = serializers.IntegerField(required=False, allow_null=True)
    queue_limit = serializers.IntegerField(required=False, allow_null=True)
    max_batch = serializers.IntegerField(required=False, allow_null=True)
    deadline_ms = serializers.IntegerField(required=False, allow_null=True)
    serve = serializers.BooleanField(required=False, default=True)
    override_gates = serializers.BooleanField(
        required=False, default=False, help_text="Deploy past the project's gates: admins only"
    )


def one_line(name: str) -> None:
    """Names go into file names, headers and scripts."""
    if not name.isprintable():
        raise serializers.ValidationError("must be one line of printable characters")


class DeploymentInput(VersionInput):
    """One of `artifact` and `export` is needed."""

    name = serializers.CharField(max_length=200, validators=[one_line])
    idle_minutes = serializers.IntegerField(required=False, allow_null=True)
    sampling = SamplingSerializer(required=False, allow_null=True)
    serve = None  # type: ignore[assignment]


class DeploymentChange(serializers.Serializer[Any]):
    """What makes no new version; `idle_minutes` null never sleeps, `sampling` null keeps nothing."""

    name = serializers.CharField(max_length=200, required=False, validators=[one_line])
    idle_minutes = serializers.IntegerField(required=False, allow_null=True)
    sampling = SamplingSerializer(required=False, allow_null=True)


class BranchInput(serializers.Serializer[Any]):
    """Version 0 or null ends it."""

    version = serializers.IntegerField(allow_null=True, min_value=0)
    percent = serializers.FloatField(required=False)


class RollbackInput(serializers.Serializer[Any]):
    """Without a version, the one before the current."""

    version = serializers.IntegerField(required=False, min_value=1)


class DeploymentVersionSerializer(serializers.ModelSerializer[DeploymentVersion]):
    deployment = serializers.UUIDField(source="deployment_id", read_only=True)
    artifact = DeployedArtifact(read_only=True)
    export = serializers.UUIDField(source="export_id", read_only=True, allow_null=True)

    class Meta:
        model = DeploymentVersion
        fields = [
            "id",
            "deployment",
            "version",
            "artifact",
            "export",
            "device",
            "runtime",
            "quantization",
            "replicas",
            *LIMITS,
            "served_at",
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


def deployment_event(deployment: Deployment) -> dict[str, Any]:
    """The deployment as a JSON-ready dict for events."""
    return dict(DeploymentSerializer(deployment).data)
