"""How gates and roles look in answers, and what requests may send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.models import Asset
from training.evaluation_serializers import EvaluatedSnapshot
from training.models import Artifact, Gate
from training.services.gates import METRICS


class GateClass(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class GateSerializer(serializers.ModelSerializer[Gate]):
    """What an artifact must reach on a snapshot's split before it is deployed."""

    snapshot = EvaluatedSnapshot(read_only=True)
    vars()["class"] = serializers.SerializerMethodField(method_name="class_of")

    class Meta:
        model = Gate
        fields = ["id", "name", "snapshot", "split", "metric", "class", "minimum", "created_at"]

    def class_of(self, gate: Gate) -> dict[str, str] | None:
        if gate.label_class is None:
            return None
        named = {entry["id"]: entry["name"] for entry in gate.snapshot.classes}
        return {"id": str(gate.label_class), "name": named.get(str(gate.label_class), "")}


class GateInput(serializers.Serializer[Any]):
    """`metric` is the whole's, or of one class, of which `miou` is its IoU."""

    name = serializers.CharField(max_length=200)
    snapshot = serializers.UUIDField()
    split = serializers.ChoiceField(choices=Asset.Split.choices, default=Asset.Split.VAL)
    metric = serializers.CharField(help_text=", ".join(METRICS))
    vars()["class"] = serializers.UUIDField(required=False, allow_null=True)
    minimum = serializers.FloatField(min_value=0, max_value=1)


class GateChange(GateInput):
    """What is left out stays."""

    name = serializers.CharField(max_length=200, required=False)
    snapshot = serializers.UUIDField(required=False)
    split = serializers.ChoiceField(choices=Asset.Split.choices, required=False)
    metric = serializers.CharField(required=False)
    minimum = serializers.FloatField(min_value=0, max_value=1, required=False)


class RoleInput(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Artifact.Role.choices, allow_null=True)


class ArtifactChange(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=10_000, allow_blank=True)
