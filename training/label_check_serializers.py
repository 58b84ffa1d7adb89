"""How checks of labels look in answers, and what requests may send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.serializers import PolygonSerializer
from core.models import Job
from training.evaluation_serializers import EvaluatedSnapshot
from training.models import Finding


class NamedRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class NamedClass(NamedRow):
    color = serializers.CharField()


class FindingCounts(serializers.Serializer[Any]):
    open = serializers.IntegerField()
    accepted = serializers.IntegerField()
    dismissed = serializers.IntegerField()
    gone = serializers.IntegerField()


class FindingsByKind(serializers.Serializer[Any]):
    missing = FindingCounts()
    wrong_class = FindingCounts()
    loose_outline = FindingCounts()
    spurious = FindingCounts()


class LabelCheckSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    snapshot = EvaluatedSnapshot()
    workflow = NamedRow(allow_null=True)
    artifact = NamedRow(allow_null=True)
    folds = serializers.IntegerField(allow_null=True)
    steps = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=Job.Status.choices)
    job = serializers.UUIDField(allow_null=True)
    counts = FindingsByKind()
    created_at = serializers.DateTimeField()


class LabelChecks(serializers.Serializer[Any]):
    results = LabelCheckSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class LabelCheckInput(serializers.Serializer[Any]):
    """`workflow`: its models are trained on `folds` of the snapshot, for `steps` at most; or `artifact`: it
    looks at the images of its run's snapshot that it was not trained on.
    """

    snapshot = serializers.UUIDField(required=False, help_text="By default the newest, or the artifact's")
    workflow = serializers.UUIDField(required=False)
    artifact = serializers.UUIDField(required=False)
    folds = serializers.IntegerField(min_value=2, max_value=10, default=3)
    steps = serializers.IntegerField(min_value=1, required=False)


class FoundAsset(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    revision = serializers.IntegerField()


class FindingSerializer(serializers.Serializer[Any]):
    """A label that is probably wrong: `polygons` is what is drawn, `suggested_polygons` what is right."""

    id = serializers.UUIDField()
    asset = FoundAsset()
    kind = serializers.ChoiceField(choices=Finding.Kind.choices)
    given = NamedClass(allow_null=True)
    suggested = NamedClass(allow_null=True)
    score = serializers.FloatField()
    bbox = serializers.ListField(child=serializers.FloatField())
    area = serializers.FloatField()
    state = serializers.ChoiceField(choices=Finding.State.choices)
    annotation = serializers.UUIDField(allow_null=True)
    proposal = serializers.UUIDField(allow_null=True)
    polygons = PolygonSerializer(many=True)
    suggested_polygons = PolygonSerializer(many=True)


class Findings(serializers.Serializer[Any]):
    results = FindingSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class DecidedFinding(serializers.Serializer[Any]):
    proposal = serializers.UUIDField(allow_null=True, help_text="What the annotator is shown")
    asset = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Finding.State.choices)
