"""How sweeps look in answers and events, and what requests may say of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training.models import WORKING, Run, RunStatus, Sweep
from training.run_serializers import Creator, PriorityField, RunWorkflow
from training.rungs import ranked, value_of
from training.trials import MOST_RUNS


class SweepParameter(serializers.Serializer[Any]):
    """A field of the spec by its dotted path, with a list of values or a range."""

    path = serializers.CharField(max_length=200)
    values = serializers.ListField(child=serializers.JSONField(), required=False)
    min = serializers.FloatField(required=False)
    max = serializers.FloatField(required=False)
    scale = serializers.ChoiceField(choices=["linear", "log"], required=False)
    whole = serializers.BooleanField(required=False, help_text="Take whole numbers only")
    points = serializers.IntegerField(required=False, help_text="How many values a grid takes of a range")


class SweepHalving(serializers.Serializer[Any]):
    """All trials run `first_steps`; one in `factor` goes on to `factor` times as many, and so on."""

    factor = serializers.IntegerField(required=False)
    first_steps = serializers.IntegerField()


class SweepInput(serializers.Serializer[Any]):
    """Without a snapshot the project's current state is snapshotted."""

    name = serializers.CharField(max_length=150)
    workflow = serializers.UUIDField()
    snapshot = serializers.UUIDField(required=False, allow_null=True)
    method = serializers.ChoiceField(choices=Sweep.Method.choices)
    parameters = serializers.JSONField()
    metric = serializers.CharField(max_length=200, required=False)
    max_runs = serializers.IntegerField(required=False, min_value=1, max_value=MOST_RUNS)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    hardware = serializers.JSONField(required=False)
    checkpoints = serializers.JSONField(required=False)
    halving = serializers.JSONField(required=False, allow_null=True)
    priority = PriorityField(required=False)


class SweepCounts(serializers.Serializer[Any]):
    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    succeeded = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    total = serializers.IntegerField()


class SweepBest(serializers.Serializer[Any]):
    run = serializers.UUIDField()
    value = serializers.FloatField()
    trial = serializers.DictField()


class SweepTrial(serializers.Serializer[Any]):
    run = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=RunStatus.choices)
    trial = serializers.DictField()
    value = serializers.FloatField(allow_null=True, help_text="The best value of the sweep's metric so far")
    step = serializers.IntegerField()
    rung = serializers.IntegerField(allow_null=True, help_text="How often it was continued, from 0")


class SweepSerializer(serializers.ModelSerializer[Sweep]):
    project = serializers.UUIDField(source="project_id", read_only=True)
    snapshot = serializers.UUIDField(source="snapshot_id", read_only=True)
    workflow = serializers.SerializerMethodField()
    parameters = SweepParameter(many=True, read_only=True)
    halving = SweepHalving(read_only=True, allow_null=True)
    hardware = serializers.DictField(read_only=True)
    checkpoints = serializers.DictField(read_only=True)
    priority = PriorityField(read_only=True)
    counts = serializers.SerializerMethodField()
    best = serializers.SerializerMethodField()
    created_by = serializers.SerializerMethodField()

    class Meta:
        model = Sweep
        fields = [
            "id",
            "project",
            "name",
            "workflow",
            "snapshot",
            "method",
            "parameters",
            "metric",
            "max_runs",
            "seed",
            "halving",
            "hardware",
            "checkpoints",
            "priority",
            "status",
            "counts",
            "best",
            "created_at",
            "finished_at",
            "created_by",
        ]

    @extend_schema_field(RunWorkflow)
    def get_workflow(self, sweep: Sweep) -> dict[str, Any]:
        version = sweep.workflow_version
        return {
            "id": str(version.workflow_id),
            "name": version.workflow.name,
            "version": version.version,
        }

    @extend_schema_field(SweepCounts)
    def get_counts(self, sweep: Sweep) -> dict[str, int]:
        counted = Counter("running" if run.status in WORKING else str(run.status) for run in sweep.runs.all())
        kinds = ("queued", "running", "succeeded", "failed", "cancelled")
        return {**{kind: counted[kind] for kind in kinds}, "total": counted.total()}

    @extend_schema_field(SweepBest(allow_null=True))
    def get_best(self, sweep: Sweep) -> dict[str, Any] | None:
        lost = (RunStatus.FAILED, RunStatus.CANCELLED)
        runs = ranked([run for run in _in_order(sweep) if run.status not in lost], sweep.metric)
        value = value_of(runs[0], sweep.metric) if runs else None
        return None if value is None else {"run": str(runs[0].pk), "value": value, "trial": runs[0].trial}

    @extend_schema_field(Creator(allow_null=True))
    def get_created_by(self, sweep: Sweep) -> dict[str, Any] | None:
        user = sweep.created_by
        return {"id": str(user.pk), "email": user.email} if user else None


class SweepDetailSerializer(SweepSerializer):
    """A sweep with its trials."""

    trials = serializers.SerializerMethodField()

    class Meta(SweepSerializer.Meta):
        fields = [*SweepSerializer.Meta.fields, "trials"]

    @extend_schema_field(SweepTrial(many=True))
    def get_trials(self, sweep: Sweep) -> list[dict[str, Any]]:
        rungs = sweep.state.get("rungs", [])
        reached = {run_id: number for number, rung in enumerate(rungs) for run_id in rung["runs"]}
        return [
            {
                "run": str(run.pk),
                "name": run.name,
                "status": str(run.status),
                "trial": run.trial,
                "value": value_of(run, sweep.metric),
                "step": run.step,
                "rung": reached.get(str(run.pk)),
            }
            for run in _in_order(sweep)
        ]


def sweep_event(sweep: Sweep) -> dict[str, Any]:
    """The sweep as a JSON-ready dict for events."""
    return dict(SweepDetailSerializer(sweep).data)


def _in_order(sweep: Sweep) -> list[Run]:
    """The runs as they were planned."""
    return sorted(sweep.runs.all(), key=lambda run: (run.created_at, run.pk))
