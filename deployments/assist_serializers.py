"""What the smart tool takes and answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.serializers import PolygonSerializer, RleSerializer

QUALITIES = ("basic", "better", "best")


class ClickList(serializers.Serializer[Any]):
    """Clicks `[x, y, 1 or 0]` in the displayed picture's pixels: 1 on the object, 0 on what is not; and a box
    round it. One click on the object, or a box, is needed.
    """

    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        required=False,
        default=list,
        help_text="[[x, y, 1 or 0], …]",
    )
    box = serializers.ListField(
        child=serializers.FloatField(),
        required=False,
        allow_null=True,
        default=None,
        help_text="[x, y, w, h]",
    )
    engine = serializers.CharField(required=False, allow_null=True, default=None, max_length=200)


class AssistSerializer(serializers.Serializer[Any]):
    mask = RleSerializer()
    polygons = PolygonSerializer(many=True)
    score = serializers.FloatField(help_text="How sure the engine is, 0 to 1")
    engine = serializers.CharField()
    milliseconds = serializers.FloatField()


class PrepareInput(serializers.Serializer[Any]):
    engine = serializers.CharField(required=False, allow_null=True, default=None, max_length=200)


class PreparedSerializer(serializers.Serializer[Any]):
    engine = serializers.CharField()
    ready = serializers.BooleanField()
    milliseconds = serializers.FloatField()


class AssistEngineSerializer(serializers.Serializer[Any]):
    """An engine of the smart tool; `how` says how to get one that is not available."""

    name = serializers.CharField()
    title = serializers.CharField()
    available = serializers.BooleanField()
    quality = serializers.ChoiceField(choices=QUALITIES)
    reason = serializers.CharField()
    how = serializers.CharField()
    running = serializers.BooleanField(help_text="Whether its process is there already")
    memory_mb = serializers.IntegerField()


class AssistEnginesSerializer(serializers.Serializer[Any]):
    results = AssistEngineSerializer(many=True)
    chosen = serializers.CharField(help_text="The engine that answers where none is named")
