"""What a preview of augmentations asks and is answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from training.specification import LARGEST_SIDE, SMALLEST_SIDE

MOST_IMAGES = 12


class PreviewInput(serializers.Serializer[Any]):
    """Without `assets` labelled images from all over the project; an image that comes again has the next
    seed."""

    augmentations = serializers.JSONField()
    input_size = serializers.ListField(
        child=serializers.IntegerField(min_value=SMALLEST_SIDE, max_value=LARGEST_SIDE),
        min_length=2,
        max_length=2,
    )
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)
    count = serializers.IntegerField(min_value=1, max_value=MOST_IMAGES, default=6)
    assets = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=MOST_IMAGES
    )


class PreviewBox(serializers.Serializer[Any]):
    """`class` is the class's id; `box` is [x, y, width, height] in the preview's pixels."""

    name = serializers.CharField()
    color = serializers.CharField()
    box = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"class": serializers.UUIDField(), **super().get_fields()}


class PreviewImage(serializers.Serializer[Any]):
    """Both images are data URLs: with the masks drawn in, and without."""

    asset = serializers.UUIDField()
    name = serializers.CharField()
    seed = serializers.IntegerField()
    image = serializers.CharField()
    plain = serializers.CharField()
    boxes = PreviewBox(many=True)


class PreviewAnswer(serializers.Serializer[Any]):
    results = PreviewImage(many=True)
    milliseconds = serializers.FloatField()
