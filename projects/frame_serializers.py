"""The shapes of a video's frames on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class FramesSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Frames that can be decoded, numbered from 0")
    fps = serializers.FloatField()
    frame_rate = serializers.CharField(help_text="The same as a fraction, such as 30000/1001")
    duration = serializers.FloatField(help_text="Seconds to the end of the last frame")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    keyframes = serializers.ListField(
        child=serializers.IntegerField(), help_text="Where decoding may begin: the fastest to jump to"
    )
    is_steady = serializers.BooleanField(help_text="Whether frame n is shown at n / fps seconds")
    seconds = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="When each frame is shown, where they do not come at a steady rate; else null",
    )
    sizes = serializers.ListField(child=serializers.IntegerField(), help_text="What `size` of a frame may be")
    warning = serializers.CharField(help_text="What of the file cannot be read")


class ExtractSerializer(serializers.Serializer[Any]):
    every = serializers.FloatField(
        help_text="One image every so many seconds or frames; pages, of an image that has several"
    )
    unit = serializers.ChoiceField(
        choices=["seconds", "frames"], default="seconds", help_text="Of videos; an image has pages only"
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        # A class body takes no field that is named as a word of the language.
        fields["from"] = serializers.IntegerField(
            min_value=0, default=0, help_text="The first frame, from 0, or page, from 1"
        )
        fields["to"] = serializers.IntegerField(
            min_value=0,
            allow_null=True,
            default=None,
            help_text="The last frame or page; null for that of the file",
        )
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        every = attrs["every"]
        if not 0.001 <= every <= 1_000_000:
            raise serializers.ValidationError({"every": "must be between 0.001 and 1000000"})
        if attrs["unit"] == "frames" and every != int(every):
            raise serializers.ValidationError({"every": "must be a whole number of frames"})
        return attrs
