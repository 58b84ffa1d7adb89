"""How workflows, runs and artifacts look in answers and events, and what requests may send."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training.models import Artifact, Run, RunLog, RunMetric, Workflow, WorkflowVersion


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


class WorkflowVersionSerializer(serializers.ModelSerializer[WorkflowVersion]):
    workflow = serializers.UUIDField(source="workflow_id", read_only=True)

    class Meta:
        model = WorkflowVersion
        fields = ["id", "workflow", "version", "spec", "created_at"]


class RunInput(serializers.Serializer[Any]):
    """All optional: without a snapshot the project's current state is snapshotted."""

    name = serializers.CharField(max_length=200, required=False)
    snapshot = serializers.UUIDField(required=False, allow_null=True)
    hardware = serializers.JSONField(required=False)
    checkpoints = serializers.JSONField(required=False)
    limits = serializers.JSONField(required=False)
    overrides = serializers.JSONField(required=False)


class RunWorkflow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.IntegerField()


class RunError(serializers.Serializer[Any]):
    title = serializers.CharField()
    detail = serializers.CharField()
    hint = serializers.CharField()


class RunBest(serializers.Serializer[Any]):
    metric = serializers.CharField()
    value = serializers.FloatField()
    step = serializers.IntegerField()


class Creator(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()


class RunSerializer(serializers.ModelSerializer[Run]):
    project = serializers.UUIDField(source="project_id", read_only=True)
    snapshot = serializers.UUIDField(source="snapshot_id", read_only=True)
    workflow = serializers.SerializerMethodField()
    spec = serializers.DictField(read_only=True)
    hardware = serializers.DictField(read_only=True)
    checkpoints = serializers.DictField(read_only=True)
    limits = serializers.DictField(read_only=True)
    progress = serializers.SerializerMethodField()
    error = RunError(read_only=True, allow_null=True)
    best = RunBest(read_only=True, allow_null=True)
    created_by = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = [
            "id",
            "project",
            "name",
            "workflow",
            "snapshot",
            "status",
            "spec",
            "hardware",
            "checkpoints",
            "limits",
            "step",
            "total_steps",
            "epoch",
            "progress",
            "images_per_second",
            "eta_seconds",
            "device",
            "message",
            "error",
            "best",
            "cancel_requested",
            "created_at",
            "started_at",
            "finished_at",
            "created_by",
        ]

    @extend_schema_field(RunWorkflow)
    def get_workflow(self, run: Run) -> dict[str, Any]:
        version = run.workflow_version
        return {
            "id": str(version.workflow_id),
            "name": version.workflow.name,
            "version": version.version,
        }

    @extend_schema_field(serializers.FloatField(min_value=0, max_value=1))
    def get_progress(self, run: Run) -> float:
        if run.status == "succeeded":
            return 1.0
        return min(1.0, run.step / run.total_steps) if run.total_steps else 0.0

    @extend_schema_field(Creator(allow_null=True))
    def get_created_by(self, run: Run) -> dict[str, Any] | None:
        return {"id": str(run.created_by_id), "email": run.created_by.email} if run.created_by else None


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
            "evaluated",
            "created_at",
        ]

    def get_evaluated(self, artifact: Artifact) -> bool:
        # Rows read without their evaluation say it beside.
        measured: bool | None = getattr(artifact, "measured", None)
        return artifact.evaluation is not None if measured is None else measured


def run_event(run: Run) -> dict[str, Any]:
    """The run as a JSON-ready dict for events."""
    return dict(RunSerializer(run).data)


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


class Device(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    cores = serializers.IntegerField(allow_null=True)
    memory = serializers.IntegerField(allow_null=True)
    available = serializers.BooleanField()


class HardwareSerializer(serializers.Serializer[Any]):
    devices = Device(many=True)
    runtimes = serializers.ListField(child=serializers.CharField())
