"""The shapes of annotations on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.models import Annotation, AnnotationRevision

MAX_Z = 1_000_000


class PolygonSerializer(serializers.Serializer[Any]):
    exterior = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    holes = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    )


class RleSerializer(serializers.Serializer[Any]):
    size = serializers.ListField(child=serializers.IntegerField(), help_text="[height, width]")
    counts = serializers.CharField()


class AnnotationSerializer(serializers.Serializer[Any]):
    """A shape: exactly one of `polygons`, `mask` and `bbox`."""

    id = serializers.UUIDField()
    polygons = PolygonSerializer(many=True, required=False)
    mask = RleSerializer(required=False)
    bbox = serializers.ListField(child=serializers.FloatField(), required=False)
    z = serializers.IntegerField()
    track = serializers.UUIDField(
        allow_null=True, help_text="The object of a video that this is a keyframe of"
    )
    frame = serializers.IntegerField(allow_null=True, help_text="Of a video, counted from 0")
    score = serializers.FloatField(allow_null=True)
    attributes = serializers.JSONField()
    area = serializers.FloatField(help_text="Pixels")
    box = serializers.ListField(child=serializers.FloatField(), help_text="[x, y, width, height]")
    created_by = serializers.UUIDField(allow_null=True)
    revision = serializers.IntegerField(help_text="The asset's revision that wrote it last")
    interpolated = serializers.BooleanField(
        required=False, help_text="At a frame: whether it is reckoned from the keyframe that has its id"
    )
    created_at = serializers.DateTimeField(help_text="Among the same z, the younger covers the older")
    updated_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        # Names of the API that mean something else to Python or to the base class.
        source = serializers.ChoiceField(choices=Annotation.Source.choices)
        return {**super().get_fields(), "class": serializers.UUIDField(), "source": source}


class AnnotationListSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    results = AnnotationSerializer(many=True)


class ShapeSerializer(serializers.Serializer[Any]):
    """A shape as a client sends it. Geometry is checked against the image by the service."""

    id = serializers.UUIDField(required=False)
    polygons = serializers.JSONField(required=False)
    mask = serializers.JSONField(required=False)
    bbox = serializers.JSONField(required=False)
    z = serializers.IntegerField(required=False, min_value=-MAX_Z, max_value=MAX_Z)
    track = serializers.UUIDField(required=False, allow_null=True)
    frame = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    score = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)
    attributes = serializers.DictField(required=False)
    created_at = serializers.DateTimeField(
        required=False,
        help_text="Of a new shape: its place among those of the same z, for what is brought back",
    )

    def get_fields(self) -> dict[str, Any]:
        source = serializers.ChoiceField(choices=Annotation.Source.choices, required=False)
        return {**super().get_fields(), "class": serializers.UUIDField(required=False), "source": source}


class ShapeChangeSerializer(ShapeSerializer):
    id = serializers.UUIDField()


class ReplaceSerializer(serializers.Serializer[Any]):
    results = ShapeSerializer(many=True)


class PatchSerializer(serializers.Serializer[Any]):
    delete = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)

    def get_fields(self) -> dict[str, Any]:
        create = ShapeSerializer(many=True, required=False, default=list)
        update = ShapeChangeSerializer(many=True, required=False, default=list)
        return {**super().get_fields(), "create": create, "update": update}


class MergeSerializer(ShapeChangeSerializer):
    base = serializers.IntegerField(min_value=0, help_text="Revision of the shape that this is made from")


class MergeDeleteSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    base = serializers.IntegerField(min_value=0)


class OperationSerializer(serializers.Serializer[Any]):
    """What one person did: merged shape by shape, once, however often it is sent."""

    op = serializers.UUIDField(help_text="Chosen by the client; sent again, it is answered the same")
    delete = MergeDeleteSerializer(many=True, required=False, default=list)

    def get_fields(self) -> dict[str, Any]:
        create = ShapeChangeSerializer(many=True, required=False, default=list)
        update = MergeSerializer(many=True, required=False, default=list)
        return {**super().get_fields(), "create": create, "update": update}


class RefusedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=["changed", "gone", "taken"])
    message = serializers.CharField()
    current = AnnotationSerializer(allow_null=True)


class AcceptedSerializer(serializers.Serializer[Any]):
    op = serializers.UUIDField()
    revision = serializers.IntegerField(help_text="Of the asset, when the operation was merged")
    refused = RefusedSerializer(many=True)


class RestoreSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0, help_text="What to go back to; 0 is the empty asset")


class RestoredSerializer(AnnotationListSerializer):
    left_out = serializers.ListField(
        child=serializers.UUIDField(), help_text="Shapes that cannot come back: their class is gone"
    )


class SummarySerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    deleted = serializers.IntegerField()


class RevisionSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    op = serializers.UUIDField(allow_null=True, help_text="The operation's id, where a client gave it one")
    actor = serializers.EmailField(source="actor.email", allow_null=True, default=None)
    actor_name = serializers.CharField(source="actor.name", allow_null=True, default=None)
    restored = serializers.IntegerField(allow_null=True, help_text="The revision that this one went back to")
    summary = serializers.SerializerMethodField()
    changes = serializers.JSONField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(SummarySerializer)
    def get_summary(self, row: AnnotationRevision) -> dict[str, int]:
        return {kind: len(row.changes[kind]) for kind in ("created", "updated", "deleted")}
