"""The shapes of bulk changes on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.asset_serializers import TagsField
from projects.models import Asset
from projects.services.bulk import MAX_AT_ONCE

WHOLE = ("delete", "restore")
PARTS = ("set", "add_tags", "remove_tags", "move_to")


class BulkSetSerializer(serializers.Serializer[Any]):
    split = serializers.ChoiceField(choices=Asset.Split.choices, allow_null=True, required=False)
    tags = TagsField(required=False)
    review = serializers.ChoiceField(choices=Asset.Review.choices, required=False)
    note = serializers.CharField(required=False, max_length=2000)
    assignee = serializers.UUIDField(allow_null=True, required=False)
    reviewer = serializers.UUIDField(allow_null=True, required=False)


class BulkSerializer(serializers.Serializer[Any]):
    """Give `ids` or `filters`, and what to change."""

    ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=MAX_AT_ONCE
    )
    filters = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="As the list takes them; an empty object means every asset",
    )
    set = BulkSetSerializer(required=False)
    add_tags = TagsField(required=False)
    remove_tags = TagsField(required=False)
    move_to = serializers.UUIDField(required=False, help_text="Another project of the workspace")
    delete = serializers.BooleanField(default=False, help_text="Move them to the trash, for 30 days")
    restore = serializers.BooleanField(default=False, help_text="Take them out of the trash")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filters" in attrs):
            raise serializers.ValidationError({"ids": "Give either `ids` or `filters`."})
        parts = [name for name in PARTS if attrs.get(name)]
        asked = [name for name in WHOLE if attrs[name]] + (["a change"] if parts else [])
        if len(asked) != 1:
            raise serializers.ValidationError(
                f"Give one of `delete: true`, `restore: true`, or something in {', '.join(PARTS)}."
            )
        return {name: value for name, value in attrs.items() if name in ("ids", "filters") or value}


class BulkAnswerSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()
    undo = serializers.UUIDField(allow_null=True, help_text="Null where nothing changed")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What went otherwise, and why")


class KeptSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.CharField()


class UndoneSerializer(serializers.Serializer[Any]):
    restored = serializers.IntegerField()
    kept = KeptSerializer(many=True, help_text="The first hundred of what was changed meanwhile and stays so")
    kept_count = serializers.IntegerField()
