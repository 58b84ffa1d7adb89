"""The shapes of near-duplicates on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.asset_serializers import AssetSerializer
from projects.models import Asset
from projects.near_duplicates import DEFAULT_DISTANCE
from projects.similar import MAX_DISTANCE


class DuplicateGroupSerializer(serializers.Serializer[Any]):
    leaks = serializers.BooleanField(help_text="Whether several splits share it")
    splits = serializers.ListField(child=serializers.CharField(), help_text="train, val, test")
    count = serializers.IntegerField()
    assets = AssetSerializer(many=True, help_text="The first twenty")


class DuplicatesSerializer(serializers.Serializer[Any]):
    distance = serializers.IntegerField()
    compared = serializers.IntegerField(help_text="How many pictures have a perceptual hash")
    groups = serializers.IntegerField(help_text="How many there are; those that leak come first")
    leaking = serializers.IntegerField()
    assets = serializers.IntegerField(help_text="How many pictures look like another one")
    results = DuplicateGroupSerializer(many=True)
    next_offset = serializers.IntegerField(allow_null=True)


class MendSerializer(serializers.Serializer[Any]):
    """Put every group that leaks into one split, or the groups that some assets are in."""

    distance = serializers.IntegerField(min_value=0, max_value=MAX_DISTANCE, default=DEFAULT_DISTANCE)
    split = serializers.ChoiceField(
        choices=Asset.Split.choices, required=False, help_text="Else the one that most of a group are in"
    )
    assets = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=1000
    )
