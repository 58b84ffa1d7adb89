"""The shapes of proposals on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.proposal_models import Proposal
from annotations.serializers import PolygonSerializer, RleSerializer
from projects.people import PersonSerializer

MAX_IDS = 5_000


class ProposingModelSerializer(serializers.Serializer[Any]):
    deployment = serializers.UUIDField()
    name = serializers.CharField(help_text="The deployment's when it was asked")
    version = serializers.IntegerField()
    artifact = serializers.UUIDField()


class ProposalSerializer(serializers.Serializer[Any]):
    """What a model proposes: exactly one of `polygons`, `mask` and `bbox`."""

    id = serializers.UUIDField()
    asset = serializers.UUIDField()
    polygons = PolygonSerializer(many=True, required=False)
    mask = RleSerializer(required=False)
    bbox = serializers.ListField(child=serializers.FloatField(), required=False)
    box = serializers.ListField(child=serializers.FloatField(), help_text="[x, y, width, height]")
    area = serializers.FloatField(help_text="Pixels")
    score = serializers.FloatField()
    state = serializers.ChoiceField(choices=Proposal.State.choices)
    model = ProposingModelSerializer()
    replaces = serializers.UUIDField(allow_null=True, help_text="The annotation that it changes")
    removes = serializers.BooleanField(help_text="Whether that annotation is to go")
    annotation = serializers.UUIDField(allow_null=True, help_text="What it became")
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = PersonSerializer(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "class": serializers.UUIDField()}


class ProposalsSerializer(serializers.Serializer[Any]):
    """All of one image, by falling score."""

    uncertainty = serializers.FloatField(allow_null=True, help_text="Of the model that proposed, by entropy")
    margin = serializers.FloatField(allow_null=True)
    results = ProposalSerializer(many=True)


class CountedModelSerializer(ProposingModelSerializer):
    """A model, and what became of what it proposed."""

    pending = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()


class ProposalSummarySerializer(serializers.Serializer[Any]):
    pending = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    assets = serializers.IntegerField(help_text="Images on which some are pending")
    models = CountedModelSerializer(many=True, help_text="The one that spoke last comes first")


class DiscardedProposalsSerializer(serializers.Serializer[Any]):
    discarded = serializers.IntegerField()
    assets = serializers.IntegerField()


class EditSerializer(serializers.Serializer[Any]):
    """What is taken over otherwise than it was proposed."""

    polygons = serializers.JSONField(required=False)
    mask = serializers.JSONField(required=False)
    bbox = serializers.JSONField(required=False)
    attributes = serializers.DictField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "class": serializers.UUIDField(required=False)}


class EditsField(serializers.DictField):
    child = EditSerializer()


class AcceptSerializer(serializers.Serializer[Any]):
    """Give `ids`, or `min_score` for the pending ones that score at least that; neither means all pending
    ones, or with `edits` alone those that are edited."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MAX_IDS)
    min_score = serializers.FloatField(required=False, min_value=0, max_value=1)
    edits = EditsField(required=False, help_text="By the proposal's id")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "ids" in attrs and "min_score" in attrs:
            raise serializers.ValidationError({"min_score": "Give either `ids` or `min_score`."})
        return attrs


class RejectSerializer(serializers.Serializer[Any]):
    """Give `ids`, or `below` for the pending ones that score less; neither means all pending ones."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MAX_IDS)
    below = serializers.FloatField(required=False, min_value=0, max_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "ids" in attrs and "below" in attrs:
            raise serializers.ValidationError({"below": "Give either `ids` or `below`."})
        return attrs


class ReopenProposalsSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.UUIDField(), max_length=MAX_IDS, allow_empty=False)


class AcceptedProposalSerializer(serializers.Serializer[Any]):
    proposal = serializers.UUIDField()
    annotation = serializers.UUIDField(
        allow_null=True, help_text="Null where others' shapes left nothing of it"
    )


class AcceptedProposalsSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="Of the asset")
    accepted = AcceptedProposalSerializer(many=True)
    gone = serializers.ListField(
        child=serializers.UUIDField(), help_text="Asked for, and not there: a newer run has replaced them"
    )
    proposal_count = serializers.IntegerField(help_text="That are still to be decided on")


class RejectedProposalsSerializer(serializers.Serializer[Any]):
    rejected = serializers.ListField(child=serializers.UUIDField())
    proposal_count = serializers.IntegerField()


class ReopenedProposalsSerializer(serializers.Serializer[Any]):
    reopened = serializers.ListField(child=serializers.UUIDField())
    proposal_count = serializers.IntegerField()
