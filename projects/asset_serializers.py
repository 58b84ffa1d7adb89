"""The shapes of assets on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.models import Asset
from projects.people import PersonSerializer

API = "/api/v1"
MAX_TAGS = 50


class TagsField(serializers.ListField):
    """A list of short texts without order."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("child", serializers.CharField(max_length=64))
        options.setdefault("max_length", MAX_TAGS)
        super().__init__(**options)


class AssetSerializer(serializers.ModelSerializer[Asset]):
    tags = TagsField(read_only=True)
    classes = serializers.ListField(
        source="class_ids", child=serializers.UUIDField(), read_only=True, help_text="Classes that occur"
    )
    assignee = PersonSerializer(read_only=True, allow_null=True)
    reviewer = PersonSerializer(read_only=True, allow_null=True)
    metadata = serializers.JSONField(
        read_only=True,
        help_text="Where it comes from: `video`, `frame` and `seconds` of a frame, "
        "`document` and `page` of a page; `pages` of an image that has several; `camera` that took it",
    )
    uncertainty = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="Of the last model that looked at it, 0…1, by entropy; null where none has",
    )
    margin = serializers.FloatField(
        read_only=True, allow_null=True, help_text="The same by how close its two best answers are: 1 is even"
    )
    proposal_count = serializers.IntegerField(read_only=True, help_text="That nobody has decided on")
    image_url = serializers.SerializerMethodField(help_text="The picture as it is displayed, upright")
    thumbnail_url = serializers.SerializerMethodField()
    overlay_url = serializers.SerializerMethodField(help_text="The annotations, drawn on nothing")

    class Meta:
        model = Asset
        fields = [
            "id",
            "project",
            "name",
            "status",
            "error",
            "media",
            "width",
            "height",
            "frames",
            "fps",
            "frame_rate",
            "duration",
            "warning",
            "metadata",
            "size",
            "sha256",
            "content_type",
            "orientation",
            "split",
            "review",
            "assignee",
            "reviewer",
            "open_comments",
            "uncertainty",
            "margin",
            "proposal_count",
            "tags",
            "revision",
            "annotation_count",
            "classes",
            "image_url",
            "thumbnail_url",
            "overlay_url",
            "deleted_at",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    # Addresses change with what is behind them, so that browsers may keep what they have.
    def get_image_url(self, asset: Asset) -> str:
        return f"{API}/assets/{asset.pk}/image?v={asset.sha256[:12]}"

    def get_thumbnail_url(self, asset: Asset) -> str:
        return f"{API}/assets/{asset.pk}/thumbnail?v={asset.sha256[:12]}"

    def get_overlay_url(self, asset: Asset) -> str:
        return f"{API}/assets/{asset.pk}/overlay.png?v={asset.revision}"


class AssetChangeSerializer(serializers.ModelSerializer[Asset]):
    name = serializers.CharField(max_length=255, required=False)
    split = serializers.ChoiceField(choices=Asset.Split.choices, allow_null=True, required=False)
    tags = TagsField(required=False)
    review = serializers.ChoiceField(choices=Asset.Review.choices, required=False)
    note = serializers.CharField(
        required=False, max_length=2000, help_text="Why: kept beside the review state"
    )
    assignee = serializers.UUIDField(allow_null=True, required=False, help_text="A member who annotates")
    reviewer = serializers.UUIDField(allow_null=True, required=False, help_text="A member who reviews")

    class Meta:
        model = Asset
        fields = ["name", "split", "tags", "review", "note", "assignee", "reviewer"]


class UploadSerializer(serializers.Serializer[Any]):
    files = serializers.ListField(child=serializers.FileField(), help_text="One or many images or videos")


class UploadedSerializer(serializers.Serializer[Any]):
    """One file's fate. A rejected file has no id: nothing of it is kept.

    A video is `processing` until it was looked through, and has no size before.
    """

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(help_text="The asset's name; differs from the file's where that was taken")
    file = serializers.CharField(help_text="The name of the file as it was sent")
    status = serializers.ChoiceField(choices=Asset.Status.choices)
    media = serializers.ChoiceField(choices=Asset.Media.choices, allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True, help_text="Why it was rejected")
    duplicate_of = serializers.UUIDField(
        allow_null=True, help_text="The asset that had this content before; nothing was stored again"
    )


class UploadAnswerSerializer(serializers.Serializer[Any]):
    results = UploadedSerializer(many=True)
