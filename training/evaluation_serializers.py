"""How evaluations and predictions look in answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.serializers import PolygonSerializer, RleSerializer
from projects.models import Asset


class ClassEvaluation(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    name = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)
    color = serializers.CharField(allow_null=True)
    iou = serializers.FloatField(allow_null=True)
    precision = serializers.FloatField(allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    f1 = serializers.FloatField(allow_null=True)
    boundary_f1 = serializers.FloatField(allow_null=True)
    support = serializers.IntegerField()
    ap = serializers.FloatField(required=False, allow_null=True, help_text="Models of objects: mask AP")
    pq = serializers.FloatField(required=False, help_text="Panoptic models: panoptic quality")
    sq = serializers.FloatField(required=False)
    rq = serializers.FloatField(required=False)


class ConfusionMatrix(serializers.Serializer[Any]):
    """Pixels counted: rows are the truth, columns the prediction."""

    labels = serializers.ListField(child=serializers.CharField())
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ReliabilityBin(serializers.Serializer[Any]):
    """Answers whose confidence lies in a bin; the means are null in an empty one."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    pixels = serializers.IntegerField()
    confidence = serializers.FloatField(allow_null=True)
    accuracy = serializers.FloatField(allow_null=True)


class Calibration(serializers.Serializer[Any]):
    ece = serializers.FloatField(allow_null=True)
    bins = ReliabilityBin(many=True)


def _pair(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True, **options
    )


class Intervals(serializers.Serializer[Any]):
    """Lower and upper end of each metric's interval, by bootstrap over images; null where it has none."""

    level = serializers.FloatField()
    resamples = serializers.IntegerField()
    miou = _pair()
    f1 = _pair()
    precision = _pair()
    recall = _pair()
    pixel_accuracy = _pair()
    frequency_weighted_iou = _pair()
    boundary_f1 = _pair()
    ece = _pair()
    map = _pair(required=False)
    map50 = _pair(required=False)
    pq = _pair(required=False)
    per_class_iou = serializers.DictField(child=_pair())


class EvaluationSerializer(serializers.Serializer[Any]):
    artifact = serializers.UUIDField()
    evaluation = serializers.UUIDField()
    snapshot = serializers.UUIDField()
    split = serializers.CharField()
    images = serializers.IntegerField()
    miou = serializers.FloatField()
    f1 = serializers.FloatField()
    precision = serializers.FloatField()
    recall = serializers.FloatField()
    pixel_accuracy = serializers.FloatField()
    frequency_weighted_iou = serializers.FloatField()
    boundary_f1 = serializers.FloatField(allow_null=True)
    loss = serializers.FloatField(allow_null=True)
    map = serializers.FloatField(required=False, allow_null=True, help_text="Mask AP, of models of objects")
    map50 = serializers.FloatField(required=False, allow_null=True)
    map75 = serializers.FloatField(required=False, allow_null=True)
    map_small = serializers.FloatField(required=False, allow_null=True)
    map_medium = serializers.FloatField(required=False, allow_null=True)
    map_large = serializers.FloatField(required=False, allow_null=True)
    pq = serializers.FloatField(required=False, allow_null=True, help_text="Of panoptic models")
    sq = serializers.FloatField(required=False, allow_null=True)
    rq = serializers.FloatField(required=False, allow_null=True)
    mar_1 = serializers.FloatField(required=False, allow_null=True, help_text="With one object an image")
    mar_10 = serializers.FloatField(required=False, allow_null=True)
    mar_100 = serializers.FloatField(required=False, allow_null=True)
    per_class_iou = serializers.DictField(child=serializers.FloatField(allow_null=True))
    classes = ClassEvaluation(many=True)
    confusion_matrix = ConfusionMatrix()
    calibration = Calibration()
    intervals = Intervals(allow_null=True)


class EvaluationInput(serializers.Serializer[Any]):
    snapshot = serializers.UUIDField(required=False, help_text="By default the snapshot of its run")
    split = serializers.ChoiceField(choices=Asset.Split.choices, default=Asset.Split.VAL)


class EvaluatedSnapshot(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="digest")


class EvaluationRow(serializers.Serializer[Any]):
    """One thing that an artifact was measured on."""

    id = serializers.UUIDField()
    artifact = serializers.UUIDField(source="artifact_id")
    snapshot = EvaluatedSnapshot()
    split = serializers.CharField()
    images = serializers.IntegerField()
    miou = serializers.FloatField(source="summary.miou")
    map = serializers.FloatField(source="summary.map", required=False, allow_null=True, default=None)
    created_at = serializers.DateTimeField()


class MetricDefinition(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField()
    formula = serializers.CharField()
    vars()["source"] = serializers.CharField(help_text="Where it is defined")
    url = serializers.CharField(help_text="Empty where there is none")


class ImageSize(serializers.Serializer[Any]):
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PredictedClass(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    index = serializers.IntegerField()


class PredictedRegion(serializers.Serializer[Any]):
    """One class of a semantic model, one object of an instance model; masks at the image's own size."""

    vars()["class"] = PredictedClass()
    id = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    bbox = serializers.ListField(child=serializers.FloatField())
    area = serializers.IntegerField()
    polygons = PolygonSerializer(many=True, required=False)
    mask = RleSerializer(required=False)
    png = serializers.CharField(required=False)


class AssetPrediction(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    image = ImageSize()
    predictions = PredictedRegion(many=True)
    miou = serializers.FloatField(allow_null=True)


class RunSample(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    name = serializers.CharField()
    miou = serializers.FloatField(allow_null=True)
    overlay_url = serializers.CharField()


class RunSamples(serializers.Serializer[Any]):
    """The same few validation images, predicted at one evaluation."""

    step = serializers.IntegerField()
    epoch = serializers.FloatField()
    samples = RunSample(many=True)


class SamplesPage(serializers.Serializer[Any]):
    results = RunSamples(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class EvaluatedImage(serializers.Serializer[Any]):
    """An image of an evaluation; null is what an image has none of, or nobody asked for."""

    asset = serializers.UUIDField()
    name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    miou = serializers.FloatField(allow_null=True)
    loss = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    entropy = serializers.FloatField(allow_null=True)
    iou = serializers.FloatField(allow_null=True, help_text="Of the label")
    pixels = serializers.IntegerField(allow_null=True, help_text="Of the cell")
    share = serializers.FloatField(allow_null=True, help_text="The cell's part of the truth's pixels")
    disagreement = serializers.FloatField(
        allow_null=True, help_text="1 minus the mean IoU of both; null until a list was ordered by it"
    )


class EvaluatedImages(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = EvaluatedImage(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class FollowedImage(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    name = serializers.CharField()
    steps = serializers.IntegerField()


class FollowedImages(serializers.Serializer[Any]):
    """The images that a run predicted at two steps or more."""

    count = serializers.IntegerField()
    results = FollowedImage(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class RunStep(serializers.Serializer[Any]):
    step = serializers.IntegerField()
    epoch = serializers.FloatField()
    miou = serializers.FloatField(allow_null=True)
    artifact = serializers.UUIDField(allow_null=True, help_text="Null of a step that was only sampled")
    overlay_url = serializers.CharField()


class RunSteps(serializers.Serializer[Any]):
    steps = RunStep(many=True)
