"""How workflows, curves, logs and artifacts look in answers and events, and what requests may send."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training.models import Artifact, RunLog, RunMetric, Workflow, WorkflowVersion


class WorkflowSerializer(serializers.ModelSerializer[Workflow]):
    """A workflow with the spec of its current version."""

    project = serializers.UUIDField(source="project_id", read_only=True)
    spec = serializers.SerializerMethodField()

    class Meta:
        model = Workflow
        fields = ["id", "project", "name", "version", "spec", "created_at", "updated_at"]

    @extend_schema_field(serializers.DictField())
    def get_spec(self, workflow: Workflow) -> dict[str, Any]:
        versions = workflow.versions.all()
        return next(version.spec for version in versions if version.version == workflow.version)


class WorkflowInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    spec = serializers.JSONField()


class WorkflowChange(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False)
    spec = serializers.JSONField(required=False)


class Creator(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()


class WorkflowVersionSerializer(serializers.ModelSerializer[WorkflowVersion]):
    workflow = serializers.UUIDField(source="workflow_id", read_only=True)
    created_by = serializers.SerializerMethodField()

    class Meta:
        model = WorkflowVersion
        fields = ["id", "workflow", "version", "spec", "created_at", "created_by"]

    @extend_schema_field(Creator(allow_null=True))
    def get_created_by(self, version: WorkflowVersion) -> dict[str, Any] | None:
        by = version.created_by
        return {"id": str(by.pk), "email": by.email} if by else None


class RunError(serializers.Serializer[Any]):
    title = serializers.CharField()
    detail = serializers.CharField()
    hint = serializers.CharField()


class MetricSerializer(serializers.ModelSerializer[RunMetric]):
    values = serializers.DictField(child=serializers.FloatField())

    class Meta:
        model = RunMetric
        fields = ["step", "epoch", "values", "time"]


class LogSerializer(serializers.ModelSerializer[RunLog]):
    class Meta:
        model = RunLog
        fields = ["n", "line"]


class ArtifactClass(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    name = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)
    color = serializers.CharField()


class ArtifactSerializer(serializers.ModelSerializer[Artifact]):
    project = serializers.UUIDField(source="project_id", read_only=True)
    run = serializers.UUIDField(source="run_id", read_only=True)
    strategies = serializers.ListField(child=serializers.CharField(), read_only=True)
    metrics = serializers.DictField(child=serializers.FloatField(), read_only=True)
    input_size = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    classes = ArtifactClass(many=True, read_only=True)
    lineage = serializers.DictField(read_only=True)
    evaluated = serializers.SerializerMethodField()

    class Meta:
        model = Artifact
        fields = [
            "id",
            "project",
            "run",
            "name",
            "strategies",
            "step",
            "epoch",
            "metrics",
            "size",
            "architecture",
            "variant",
            "input_size",
            "classes",
            "lineage",
            "role",
            "note",
            "thresholds",
            "evaluated",
            "created_at",
        ]

    def get_evaluated(self, artifact: Artifact) -> bool:
        # Rows read as lists say it beside.
        measured: bool | None = getattr(artifact, "measured", None)
        if measured is not None:
            return measured
        return artifact.evaluations.filter(snapshot=artifact.run.snapshot_id, split="val").exists()


def artifact_event(artifact: Artifact) -> dict[str, Any]:
    """The artifact as a JSON-ready dict for events."""
    return dict(ArtifactSerializer(artifact).data)


class MetricPage(serializers.Serializer[Any]):
    results = MetricSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class LogPage(serializers.Serializer[Any]):
    results = LogSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class CataloguePage(serializers.Serializer[Any]):
    """The model catalogue; every entry as it stands in the generated file."""

    results = serializers.ListField(child=serializers.DictField())
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class DeviceRun(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    project = serializers.UUIDField()


class Device(serializers.Serializer[Any]):
    """Memory in bytes, utilisation from 0 to 100; null where that is not known."""

    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["cpu", "cuda", "mps"])
    cores = serializers.IntegerField(allow_null=True)
    memory_total = serializers.IntegerField(allow_null=True)
    memory_used = serializers.IntegerField(allow_null=True)
    utilization = serializers.FloatField(allow_null=True)
    available = serializers.BooleanField()
    runs = DeviceRun(many=True, help_text="The runs at work on it that the caller may see")


class HardwareSerializer(serializers.Serializer[Any]):
    devices = Device(many=True)
    runtimes = serializers.ListField(child=serializers.CharField())
    queued = serializers.IntegerField(help_text="How many runs wait for a device")
