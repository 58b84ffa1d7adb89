"""How the registry looks in answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from training.evaluation_serializers import EvaluatedSnapshot
from training.models import Artifact


class RegisteredArtifact(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Artifact.Role.choices, allow_null=True)
    note = serializers.CharField()
    step = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    architecture = serializers.CharField()
    variant = serializers.CharField()
    input_size = serializers.ListField(child=serializers.IntegerField())
    size = serializers.IntegerField(help_text="Bytes")
    parameters = serializers.IntegerField(allow_null=True, help_text="Of the variant, as published")


class RegisteredRun(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class GateVerdict(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True, help_text="Null where it is not evaluated there")
    value = serializers.FloatField(allow_null=True)
    minimum = serializers.FloatField()


class RegistryEntry(serializers.Serializer[Any]):
    artifact = RegisteredArtifact()
    run = RegisteredRun()
    evaluated = serializers.BooleanField()
    metrics = serializers.DictField(child=serializers.FloatField(allow_null=True), allow_null=True)
    intervals = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField()), allow_null=True
    )
    latency_ms = serializers.FloatField(allow_null=True, help_text="Median of the fastest unpruned export")
    deployments = RegisteredRun(many=True)
    gates = GateVerdict(many=True)


class RegistrySerializer(serializers.Serializer[Any]):
    snapshot = EvaluatedSnapshot(allow_null=True)
    split = serializers.CharField()
    results = RegistryEntry(many=True)
