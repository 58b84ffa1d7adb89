"""The shapes of projects and classes on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.models import LabelClass, Project


class ProjectCountsSerializer(serializers.Serializer[Any]):
    assets = serializers.IntegerField()
    annotated = serializers.IntegerField()
    annotations = serializers.IntegerField()
    classes = serializers.IntegerField()


class ProjectSerializer(serializers.ModelSerializer[Project]):
    # Not a related field: one of somebody else's and one that is not there must answer the same.
    workspace = serializers.UUIDField(source="workspace_id")
    counts = serializers.SerializerMethodField()
    cover = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = [
            "id",
            "workspace",
            "name",
            "description",
            "task",
            "media",
            "unlabelled",
            "counts",
            "cover",
            "created_at",
            "updated_at",
        ]
        # One name a workspace is the service's to keep: it answers 409, not 400.
        validators: list[Any] = []

    @extend_schema_field(ProjectCountsSerializer)
    def get_counts(self, project: Project) -> dict[str, int]:
        return {
            "assets": getattr(project, "asset_total", 0),
            "annotated": getattr(project, "annotated_total", 0),
            "annotations": getattr(project, "annotation_total", 0),
            "classes": getattr(project, "class_total", 0),
        }

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_cover(self, project: Project) -> list[str]:
        covers: dict[Any, list[str]] = self.context.get("covers", {})
        return covers.get(project.pk, [])


class ProjectChangeSerializer(serializers.ModelSerializer[Project]):
    """What may change later: the task and the media decide what is stored and stay."""

    class Meta:
        model = Project
        fields = ["name", "description", "unlabelled"]


class ClassSerializer(serializers.ModelSerializer[LabelClass]):
    color = serializers.RegexField(r"^#[0-9a-fA-F]{6}$", required=False)
    hotkey = serializers.CharField(max_length=1, required=False, allow_blank=True)
    index = serializers.SerializerMethodField(help_text="The value in masks; 255 for ignored classes")
    annotations = serializers.SerializerMethodField(help_text="How many shapes have this class")

    class Meta:
        model = LabelClass
        fields = [
            "id",
            "project",
            "name",
            "color",
            "hotkey",
            "description",
            "ignore",
            "stuff",
            "position",
            "index",
            "annotations",
        ]
        read_only_fields = ["project"]
        extra_kwargs = {"position": {"required": False}}
        validators: list[Any] = []

    def get_index(self, label_class: LabelClass) -> int:
        indices: dict[str, int] = self.context["indices"]
        return indices[str(label_class.pk)]

    def get_annotations(self, label_class: LabelClass) -> int:
        return getattr(label_class, "annotation_total", 0)
