"""What predictions take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import JobSerializer
from core.jobs import as_dict
from core.models import Job
from training.evaluation_serializers import ImageSize, PredictedRegion


class PredictInput(serializers.Serializer[Any]):
    """As JSON `image` is base64 (a data URL too) or `{"url"}`; as multipart it is a file."""

    image = serializers.FileField()


class PredictedDeployment(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.IntegerField()


class PredictingModel(serializers.Serializer[Any]):
    artifact = serializers.UUIDField()
    architecture = serializers.CharField()
    variant = serializers.CharField()
    run = serializers.UUIDField()
    snapshot = serializers.UUIDField()


class UncertaintySerializer(serializers.Serializer[Any]):
    entropy = serializers.FloatField(help_text="0…1: how the probability is spread over all answers")
    margin = serializers.FloatField(help_text="0…1: how close the best two answers are")


class PredictionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    deployment = PredictedDeployment()
    model = PredictingModel()
    image = ImageSize()
    predictions = PredictedRegion(many=True)
    uncertainty = UncertaintySerializer(required=False, help_text="Where the query asks for it")
    timing_ms = serializers.DictField(child=serializers.FloatField())


class BatchInput(serializers.Serializer[Any]):
    """As JSON `images` are base64 or `{"url"}` each; as multipart they are files."""

    images = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=64)


class ProblemField(serializers.Serializer[Any]):
    field = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document as answers with an error have it (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemField(many=True, required=False)  # type: ignore[assignment]


class BatchItem(serializers.Serializer[Any]):
    """One of the two."""

    prediction = PredictionSerializer(required=False)
    error = ProblemSerializer(required=False)


class BatchSerializer(serializers.Serializer[Any]):
    results = BatchItem(many=True)


class SnapshotJobInput(serializers.Serializer[Any]):
    """The images of a snapshot, or of one split of it."""

    snapshot = serializers.UUIDField()
    split = serializers.CharField(required=False, allow_null=True, default=None)
    overlays = serializers.BooleanField(required=False, default=True)


class FolderJobInput(serializers.Serializer[Any]):
    """The files below `folders/<workspace>/<folder>` of the platform's storage."""

    folder = serializers.CharField(max_length=500)
    overlays = serializers.BooleanField(required=False, default=True)


class VideoJobInput(serializers.Serializer[Any]):
    """Every `every`-th frame of a video."""

    video = serializers.FileField()
    every = serializers.IntegerField(required=False, default=1, min_value=1, max_value=10_000)
    overlays = serializers.BooleanField(required=False, default=True)


class PredictionJob(JobSerializer):
    """A prediction job; what it works on stands beside it."""

    input = serializers.ChoiceField(choices=["snapshot", "folder", "video"])

    def to_representation(self, job: Job) -> dict[str, Any]:
        return {**as_dict(job), "input": job.payload["source"]["kind"]}


class SnippetSerializer(serializers.Serializer[Any]):
    language = serializers.CharField()
    title = serializers.CharField()
    code = serializers.CharField()


class SnippetsSerializer(serializers.Serializer[Any]):
    """`key` is what stands for an API key in the code, to be replaced by a real one."""

    url = serializers.CharField()
    key = serializers.CharField()
    snippets = SnippetSerializer(many=True)
