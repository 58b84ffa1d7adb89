"""The shapes of statistics on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.models import Asset


class CountedClassSerializer(serializers.Serializer[Any]):
    # `class` is a word of the language.
    vars()["class"] = serializers.UUIDField()
    name = serializers.CharField()
    color = serializers.CharField()
    shapes = serializers.IntegerField()
    images = serializers.IntegerField()
    pixels = serializers.IntegerField(help_text="Of all shapes together, overlaps counted for each")


class SplitClassSerializer(serializers.Serializer[Any]):
    vars()["class"] = serializers.UUIDField()
    shapes = serializers.IntegerField()
    images = serializers.IntegerField()


class CountedSplitSerializer(serializers.Serializer[Any]):
    split = serializers.ChoiceField(choices=Asset.Split.choices, allow_null=True)
    assets = serializers.IntegerField()
    annotated = serializers.IntegerField()
    classes = SplitClassSerializer(many=True)


class BinSerializer(serializers.Serializer[Any]):
    """From `from` on, up to `to` without it; null is without end."""

    vars()["from"] = serializers.FloatField()
    to = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField()


class ObjectSizesSerializer(serializers.Serializer[Any]):
    small = serializers.IntegerField(help_text="Below 32×32 pixels")
    medium = serializers.IntegerField(help_text="Below 96×96 pixels")
    large = serializers.IntegerField()
    bins = BinSerializer(many=True, help_text="By area in pixels; each bin is twice the one before")


class CommonSizeSerializer(serializers.Serializer[Any]):
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    count = serializers.IntegerField()


class ImageSizesSerializer(serializers.Serializer[Any]):
    common = CommonSizeSerializer(many=True, help_text="The fifty most frequent")
    different = serializers.IntegerField(help_text="How many sizes there are")
    aspects = BinSerializer(many=True, help_text="By width through height")


class PositionsSerializer(serializers.Serializer[Any]):
    counts = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="32 rows of 32 cells: how many shapes have the middle of their box there",
    )
    shapes = serializers.IntegerField(help_text="How many were looked at")
    sampled = serializers.BooleanField(help_text="Whether these are not all")


class StatisticsSerializer(serializers.Serializer[Any]):
    assets = serializers.IntegerField()
    annotated = serializers.IntegerField()
    annotations = serializers.IntegerField()
    media = serializers.DictField(child=serializers.IntegerField())
    reviews = serializers.DictField(child=serializers.IntegerField())
    classes = CountedClassSerializer(many=True)
    splits = CountedSplitSerializer(many=True)
    object_sizes = ObjectSizesSerializer()
    image_sizes = ImageSizesSerializer()
    positions = PositionsSerializer()
    brightness = BinSerializer(many=True, allow_null=True, help_text="0…1; null where none is known")
    sharpness = BinSerializer(many=True, allow_null=True, help_text="Variance of the Laplacian")
