"""The shapes of saved views on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from projects.models import SavedView
from projects.people import PersonSerializer


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    name = serializers.CharField(max_length=120)
    filters = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        default=dict,
        help_text="As the list of assets takes them",
    )
    order = serializers.CharField(max_length=40, allow_blank=True, default="", help_text="As the list's")
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = SavedView
        fields = [
            "id",
            "project",
            "name",
            "filters",
            "order",
            "shared",
            "created_by",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["project"]
        # One name a person is the service's to keep: it answers 409, not 400.
        validators: list[Any] = []
