"""How runs look in answers and events, and what requests may say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training import waiting
from training.models import Priority, Run, RunStatus
from training.serializers import Creator, RunError

MOST_TAGS = 20
LONGEST_TAG = 50
LONGEST_NOTES = 20_000
LOG_TAIL = 20


class PriorityField(serializers.ChoiceField):
    """A priority by its name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Priority.labels, **options)

    def to_representation(self, value: Any) -> str:
        return str(Priority(value).label)

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        return next(priority for priority in Priority if priority.label == name)


class RunTags(serializers.ListField):
    """Short texts without order, each once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=LONGEST_TAG), max_length=MOST_TAGS, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        return sorted(set(super().to_internal_value(data)))


class RunInput(serializers.Serializer[Any]):
    """All optional: without a snapshot the project's current state is snapshotted."""

    name = serializers.CharField(max_length=200, required=False)
    notes = serializers.CharField(max_length=LONGEST_NOTES, required=False, allow_blank=True)
    tags = RunTags(required=False)
    priority = PriorityField(required=False)
    snapshot = serializers.UUIDField(required=False, allow_null=True)
    hardware = serializers.JSONField(required=False)
    checkpoints = serializers.JSONField(required=False)
    limits = serializers.JSONField(required=False)
    overrides = serializers.JSONField(required=False)


class RunChange(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False)
    notes = serializers.CharField(max_length=LONGEST_NOTES, required=False, allow_blank=True)
    tags = RunTags(required=False)
    priority = PriorityField(required=False)


class RunWorkflow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.IntegerField()


class RunBest(serializers.Serializer[Any]):
    metric = serializers.CharField()
    value = serializers.FloatField()
    step = serializers.IntegerField()


class RunLoading(serializers.Serializer[Any]):
    """What the loaded weights gave, by names of tensors."""

    source = serializers.CharField()  # type: ignore[assignment]
    matched = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())
    remade = serializers.ListField(child=serializers.CharField())
    unused = serializers.ListField(child=serializers.CharField())


class RunSerializer(serializers.ModelSerializer[Run]):
    project = serializers.UUIDField(source="project_id", read_only=True)
    snapshot = serializers.UUIDField(source="snapshot_id", read_only=True)
    workflow = serializers.SerializerMethodField()
    sweep = serializers.UUIDField(source="sweep_id", read_only=True, allow_null=True)
    trial = serializers.DictField(read_only=True, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    priority = PriorityField(read_only=True)
    queue_position = serializers.SerializerMethodField(help_text="The place in the queue, from 1")
    spec = serializers.DictField(read_only=True)
    hardware = serializers.DictField(read_only=True)
    checkpoints = serializers.DictField(read_only=True)
    limits = serializers.DictField(read_only=True)
    progress = serializers.SerializerMethodField()
    loading = RunLoading(read_only=True, allow_null=True)
    error = RunError(read_only=True, allow_null=True)
    best = RunBest(read_only=True, allow_null=True)
    created_by = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = [
            "id",
            "project",
            "name",
            "notes",
            "tags",
            "priority",
            "workflow",
            "snapshot",
            "sweep",
            "trial",
            "status",
            "queue_position",
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
            "loading",
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

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_queue_position(self, run: Run) -> int | None:
        if run.status != RunStatus.QUEUED:
            return None
        # A page of runs shares the serializer's context: the queue is read once for all of them.
        shared = cast("dict[str, Any]", self.context)
        if "positions" not in shared:
            shared["positions"] = waiting.positions()
        place: int | None = shared["positions"].get(run.pk)
        return place

    @extend_schema_field(serializers.FloatField(min_value=0, max_value=1))
    def get_progress(self, run: Run) -> float:
        if run.status == "succeeded":
            return 1.0
        return min(1.0, run.step / run.total_steps) if run.total_steps else 0.0

    @extend_schema_field(Creator(allow_null=True))
    def get_created_by(self, run: Run) -> dict[str, Any] | None:
        return {"id": str(run.created_by_id), "email": run.created_by.email} if run.created_by else None


class RunDetailSerializer(RunSerializer):
    """A run by itself: what failed shows the end of its log."""

    log_tail = serializers.SerializerMethodField(help_text="The last lines of the log of a failed run")

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "log_tail"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField(), allow_null=True))
    def get_log_tail(self, run: Run) -> list[str] | None:
        if run.status != RunStatus.FAILED:
            return None
        lines = run.log_lines.order_by("-n").values_list("line", flat=True)[:LOG_TAIL]
        return list(lines)[::-1]


class ComparedField(serializers.Serializer[Any]):
    path = serializers.CharField()
    values = serializers.ListField(child=serializers.JSONField(allow_null=True))
    differs = serializers.BooleanField()


class ComparedMetric(serializers.Serializer[Any]):
    name = serializers.CharField()
    values = serializers.ListField(
        child=serializers.FloatField(allow_null=True), help_text="The best value of each run"
    )
    last = serializers.ListField(child=serializers.FloatField(allow_null=True))
    best = serializers.IntegerField(allow_null=True, help_text="Which run is best; null where none can be")


class ComparisonSerializer(serializers.Serializer[Any]):
    runs = RunSerializer(many=True)
    fields = ComparedField(many=True)  # type: ignore[assignment]
    metrics = ComparedMetric(many=True)


def run_event(run: Run) -> dict[str, Any]:
    """The run as a JSON-ready dict for events."""
    return dict(RunSerializer(run).data)


def run_events(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The runs as JSON-ready dicts; the queue is read once for all of them."""
    return [dict(data) for data in RunSerializer(runs, many=True).data]
