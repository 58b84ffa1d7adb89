"""What a request for proposals takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from deployments.services.prelabelling import SHAPES


class PrelabelSerializer(serializers.Serializer[Any]):
    """Give `assets`, or `filters` as the asset list takes them; neither means the whole project."""

    deployment = serializers.UUIDField(help_text="Of any project of the workspace")
    assets = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=10_000
    )
    filters = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    threshold = serializers.FloatField(
        required=False, min_value=0, max_value=1, help_text="Propose nothing that scores less"
    )
    classes = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_empty=False,
        help_text="Of the project; every other class is left out",
    )
    only_unannotated = serializers.BooleanField(default=True)
    shapes = serializers.ChoiceField(
        choices=SHAPES, default="mask", help_text="Which kind of shape is proposed; both are exact"
    )
    regions = serializers.BooleanField(
        default=True, help_text="Of a semantic model propose each region of a class by itself"
    )
    tiles = serializers.ChoiceField(
        choices=["off", "on", "auto"], default="auto", help_text="As in predictions"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "assets" in attrs and "filters" in attrs:
            raise serializers.ValidationError({"filters": "Give either `assets` or `filters`."})
        return attrs
