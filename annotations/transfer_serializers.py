"""The shapes of imports and exports on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ImportSerializer(serializers.Serializer[Any]):
    format = serializers.CharField()
    file = serializers.FileField(help_text="JSON, PNG or ZIP")
    create_classes = serializers.BooleanField(
        required=False, default=False, help_text="Make the classes that the project does not have"
    )


class ExportSerializer(serializers.Serializer[Any]):
    format = serializers.CharField()
    snapshot = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Without one, the project as it is"
    )
    images = serializers.BooleanField(
        required=False, default=True, help_text="Whether the ZIP holds the images beside the annotations"
    )


class FormatSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    export = serializers.BooleanField()
    lossless = serializers.BooleanField(
        help_text="An export, imported into an empty project, gives back every shape exactly"
    )
    keeps = serializers.CharField()
    loses = serializers.CharField()
    extensions = serializers.ListField(child=serializers.CharField())
    media = serializers.ListField(
        child=serializers.ChoiceField(choices=("image", "video")),
        help_text="What an export holds as it is; of other videos frames that were drawn on go out as images",
    )
    tasks = serializers.ListField(
        child=serializers.ChoiceField(choices=("semantic", "instance", "panoptic")),
        help_text="Projects whose labels it holds",
    )

    def get_fields(self) -> dict[str, Any]:
        # `import` is a keyword of Python and a field of the API.
        return {**super().get_fields(), "import": serializers.BooleanField()}


class FormatListSerializer(serializers.Serializer[Any]):
    results = FormatSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
