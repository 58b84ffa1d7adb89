"""The shapes of annotations on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.models import Annotation

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
    track = serializers.UUIDField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    attributes = serializers.JSONField()
    area = serializers.FloatField(help_text="Pixels")
    box = serializers.ListField(child=serializers.FloatField(), help_text="[x, y, width, height]")
    created_by = serializers.UUIDField(allow_null=True)
    revision = serializers.IntegerField(help_text="The asset's revision that wrote it last")
    created_at = serializers.DateTimeField(help_text="Of shapes with the same z, the younger covers the older")
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
    score = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)
    attributes = serializers.DictField(required=False)

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


class RevisionSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    actor = serializers.EmailField(source="actor.email", allow_null=True, default=None)
    changes = serializers.JSONField()
    created_at = serializers.DateTimeField()
