"""How slices and thresholds look in answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Slice(serializers.Serializer[Any]):
    """Some images or objects; `p` is null where there are too few images to test, `filters` those of the list
    of assets that leave the same images.
    """

    value = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()
    metric = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    difference = serializers.FloatField(allow_null=True, help_text="To the rest")
    p = serializers.FloatField(allow_null=True)
    significant = serializers.BooleanField(help_text="Worse, at a false discovery rate of 0.05")
    filters = serializers.DictField(child=serializers.CharField(), allow_null=True)


class SliceDimension(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.ChoiceField(choices=["images", "objects"])
    slices = Slice(many=True)


class LeakedAsset(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    split = serializers.CharField()


class LeakedGroup(serializers.Serializer[Any]):
    assets = LeakedAsset(many=True)


class Leaks(serializers.Serializer[Any]):
    """Pictures that look like one that was trained on; the first hundred groups."""

    groups = serializers.IntegerField()
    results = LeakedGroup(many=True)


class Slices(serializers.Serializer[Any]):
    metric = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    dimensions = SliceDimension(many=True)
    leaks = Leaks()


class BestThreshold(serializers.Serializer[Any]):
    threshold = serializers.FloatField()
    f1 = serializers.FloatField()


class ThresholdPoint(serializers.Serializer[Any]):
    threshold = serializers.FloatField()
    precision = serializers.FloatField(allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    f1 = serializers.FloatField(allow_null=True)


class ThresholdCurve(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    id = serializers.UUIDField()
    name = serializers.CharField()
    color = serializers.CharField(allow_null=True)
    average_precision = serializers.FloatField(allow_null=True)
    best = BestThreshold(allow_null=True)
    chosen = serializers.FloatField(allow_null=True)
    points = ThresholdPoint(many=True)


class ThresholdCurves(serializers.Serializer[Any]):
    unit = serializers.ChoiceField(choices=["pixels", "objects"])
    classes = ThresholdCurve(many=True)


class ThresholdsInput(serializers.Serializer[Any]):
    thresholds = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=1, allow_null=True),
        help_text="By class id; null takes one back",
    )


class ChosenThresholds(serializers.Serializer[Any]):
    thresholds = serializers.DictField(child=serializers.FloatField())
    detail = serializers.CharField(help_text="From when on they hold")
