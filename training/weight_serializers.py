"""How uploaded weight files look in answers, and what an upload may send."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training.models import WeightFile


class Uploader(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()


class WeightFileSerializer(serializers.ModelSerializer[WeightFile]):
    """A safetensors file to start from; `parameters` is how many numbers its `tensors` hold."""

    project = serializers.UUIDField(source="project_id", read_only=True)
    created_by = serializers.SerializerMethodField()

    class Meta:
        model = WeightFile
        fields = [
            "id",
            "project",
            "name",
            "size",
            "sha256",
            "tensors",
            "parameters",
            "created_at",
            "created_by",
        ]

    @extend_schema_field(Uploader(allow_null=True))
    def get_created_by(self, row: WeightFile) -> dict[str, Any] | None:
        return {"id": str(row.created_by_id), "email": row.created_by.email} if row.created_by else None


class WeightUpload(serializers.Serializer[Any]):
    """`name` is the file's own where it is left out."""

    file = serializers.FileField(allow_empty_file=True)
    name = serializers.CharField(max_length=200, required=False)
