"""What the workflow builder asks and is answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class DraftInput(serializers.Serializer[Any]):
    spec = serializers.JSONField()


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField()
    message = serializers.CharField()


class DraftData(serializers.Serializer[Any]):
    """What a snapshot made now would hold: classes, and labelled images in each split."""

    classes = serializers.IntegerField()
    train = serializers.IntegerField()
    val = serializers.IntegerField()
    test = serializers.IntegerField()


class DraftAnswer(serializers.Serializer[Any]):
    """The spec with every default filled in, or what is wrong with it; and sentences worth knowing."""

    spec = serializers.DictField(allow_null=True)
    errors = FieldProblem(many=True)  # type: ignore[assignment]
    notes = serializers.ListField(child=serializers.CharField())
    data = DraftData()  # type: ignore[assignment]


class DuplicateInput(serializers.Serializer[Any]):
    """Both optional: a copy beside the original under the next free name."""

    name = serializers.CharField(max_length=200, required=False)
    project = serializers.UUIDField(required=False)


class ImportInput(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)
    name = serializers.CharField(max_length=200, required=False)


class SpecChange(serializers.Serializer[Any]):
    """A field by its dotted path; a value is null where that version has no such field."""

    path = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


# `from` is a word of the language: the class is made from a mapping.
VersionDifference = type(
    "VersionDifference",
    (serializers.Serializer,),
    {
        "__doc__": "What changed between two versions of a workflow's spec.",
        "__module__": __name__,
        "from": serializers.IntegerField(),
        "to": serializers.IntegerField(),
        "changes": SpecChange(many=True),
    },
)
