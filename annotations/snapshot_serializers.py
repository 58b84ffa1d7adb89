"""The shapes of snapshots on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.models import Snapshot


class SnapshotCountsSerializer(serializers.Serializer[Any]):
    assets = serializers.IntegerField()
    annotations = serializers.IntegerField()
    train = serializers.IntegerField()
    val = serializers.IntegerField()
    test = serializers.IntegerField()


class SnapshotClassSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    color = serializers.CharField()
    ignore = serializers.BooleanField()
    index = serializers.IntegerField(help_text="The value in masks; 255 for ignored classes")


class SplitSerializer(serializers.Serializer[Any]):
    """Shares for assets whose split nobody has decided; they add up to 1."""

    train = serializers.FloatField(min_value=0, max_value=1, default=0.8)
    val = serializers.FloatField(min_value=0, max_value=1, default=0.2)
    test = serializers.FloatField(min_value=0, max_value=1, default=0.0)
    seed = serializers.IntegerField(min_value=0, max_value=2**53, default=0)
    stratify = serializers.BooleanField(
        default=True, help_text="Divide every class by the shares, too, as far as whole images allow"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if abs(attrs["train"] + attrs["val"] + attrs["test"] - 1) > 1e-6:
            raise serializers.ValidationError("The shares of train, val and test must add up to 1.")
        return attrs


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    counts = SnapshotCountsSerializer()
    classes = SnapshotClassSerializer(many=True)
    division = SplitSerializer(help_text="What divided the images without a split of their own")

    class Meta:
        model = Snapshot
        fields = [
            *("id", "project", "name", "digest", "created_at", "counts", "classes", "task", "unlabelled"),
            "division",
        ]
        read_only_fields = fields


class NewSnapshotSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    split = SplitSerializer(required=False)


class NamedAssetSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    name = serializers.CharField()
    split = serializers.CharField()
    annotations = serializers.IntegerField()


class ShapeCountsSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()


class ChangedAssetSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    name = serializers.CharField()
    split = serializers.ListField(child=serializers.CharField(), help_text="Before and after")
    annotations = ShapeCountsSerializer()


class AssetDifferencesSerializer(serializers.Serializer[Any]):
    added = NamedAssetSerializer(many=True)
    removed = NamedAssetSerializer(many=True)
    changed = ChangedAssetSerializer(many=True)


class ChangedClassSerializer(serializers.Serializer[Any]):
    before = SnapshotClassSerializer()
    after = SnapshotClassSerializer()


class ClassDifferencesSerializer(serializers.Serializer[Any]):
    added = SnapshotClassSerializer(many=True)
    removed = SnapshotClassSerializer(many=True)
    changed = ChangedClassSerializer(many=True)


class DifferencesSerializer(serializers.Serializer[Any]):
    assets = AssetDifferencesSerializer()
    classes = ClassDifferencesSerializer()
    unlabelled = serializers.ListField(child=serializers.CharField(), help_text="Before and after")
    counts = ShapeCountsSerializer(help_text="Assets that were added, removed and changed")
    shapes = ShapeCountsSerializer(help_text="Annotations that were added, removed and changed")
