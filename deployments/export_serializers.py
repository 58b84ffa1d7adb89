"""Exports of artifacts as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import JobSerializer
from core import jobs
from core.models import Job


class ExportInput(serializers.Serializer[Any]):
    """`budget`: points of quality that int8 may lose; `fine_tune_steps`: how long a pruned copy trains on."""

    format = serializers.CharField()
    quantization = serializers.CharField(required=False, allow_null=True)
    pruning = serializers.FloatField(required=False, min_value=0, max_value=0.9)
    pruning_method = serializers.CharField(required=False, allow_null=True)
    fine_tune_steps = serializers.IntegerField(required=False, allow_null=True)
    budget = serializers.FloatField(required=False, allow_null=True)


class ExportJob(JobSerializer):
    """An export's job; what was asked for stands beside it."""

    format = serializers.CharField()
    quantization = serializers.CharField()
    pruning = serializers.FloatField()

    def to_representation(self, job: Job) -> dict[str, Any]:
        asked = {name: job.payload[name] for name in ("format", "quantization", "pruning")}
        return {**jobs.as_dict(job), **asked}


class OfferedQuantization(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    available = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)


class OfferedFormat(serializers.Serializer[Any]):
    """`reason` says why not, where it is not available; `needs` names a converter's own environment."""

    format = serializers.CharField()
    title = serializers.CharField()
    available = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    runtime = serializers.CharField(allow_null=True)
    dynamic_size = serializers.BooleanField()
    quantizations = OfferedQuantization(many=True)
    needs = serializers.CharField(allow_null=True)


class OfferedPruning(serializers.Serializer[Any]):
    available = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    methods = serializers.ListField(child=serializers.CharField())


class ExportOptionsSerializer(serializers.Serializer[Any]):
    formats = OfferedFormat(many=True)
    pruning = OfferedPruning()


class TradeoffPoint(serializers.Serializer[Any]):
    """Quality is under the name of the list's metric; `milliseconds` is the median of one image."""

    export = serializers.UUIDField()
    format = serializers.CharField()
    runtime = serializers.CharField(allow_null=True)
    quantization = serializers.CharField()
    pruning = serializers.FloatField()
    miou = serializers.FloatField(required=False, allow_null=True)
    map = serializers.FloatField(required=False, allow_null=True)
    milliseconds = serializers.FloatField()
    size = serializers.IntegerField()
    memory_mb = serializers.FloatField()
    agrees = serializers.BooleanField()
    pareto = serializers.BooleanField()
    deployable = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class TradeoffsSerializer(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(["miou", "map"])
    points = TradeoffPoint(many=True)
