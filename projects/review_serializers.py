"""The shapes of queues and assignments on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.asset_serializers import AssetSerializer
from projects.models import Asset
from projects.people import PersonSerializer


class ShareSerializer(serializers.Serializer[Any]):
    user = serializers.UUIDField()
    share = serializers.FloatField(min_value=0, max_value=1e6, default=1, help_text="Relative to the others")


class AssignSerializer(serializers.Serializer[Any]):
    """Give `assets`, or `filters` as the asset list takes them; neither means every asset."""

    assets = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    filters = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    role = serializers.ChoiceField(choices=Asset.WorkRole.choices, default="assignee")
    people = ShareSerializer(many=True, allow_empty=False)
    only_unassigned = serializers.BooleanField(default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "assets" in attrs and "filters" in attrs:
            raise serializers.ValidationError({"filters": "Give either `assets` or `filters`."})
        return attrs


class PersonCountSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()
    count = serializers.IntegerField()


class AssignedSerializer(serializers.Serializer[Any]):
    assigned = serializers.IntegerField()
    people = PersonCountSerializer(many=True)
    warnings = serializers.ListField(child=serializers.CharField())


class StateCountsSerializer(serializers.Serializer[Any]):
    """How many assets are in each state of review."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {state: serializers.IntegerField() for state in Asset.Review.values}


class QueueSerializer(serializers.Serializer[Any]):
    next = AssetSerializer(allow_null=True)
    counts = StateCountsSerializer()
    results = AssetSerializer(many=True)


class ProgressPersonSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()
    assignee = StateCountsSerializer()
    reviewer = StateCountsSerializer()


class ProgressSerializer(serializers.Serializer[Any]):
    total = StateCountsSerializer()
    unassigned = serializers.IntegerField()
    people = ProgressPersonSerializer(many=True)
