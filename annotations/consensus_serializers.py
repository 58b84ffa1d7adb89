"""Answers, rounds and agreement on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotations.models import Answer
from annotations.serializers import AnnotationSerializer, ShapeSerializer
from annotations.services.asking import MAX_ASSETS
from annotations.services.settling import Method
from projects.models import Asset
from projects.people import PersonSerializer

MAX_PEOPLE = 100


class OwnAnswerSerializer(serializers.Serializer[Any]):
    """The caller's answer; revision 0 where there is none yet."""

    state = serializers.ChoiceField(choices=Answer.State.choices)
    revision = serializers.IntegerField(help_text="Of the answer, for If-Match")
    results = AnnotationSerializer(many=True)
    done_at = serializers.DateTimeField(allow_null=True)


class SaveAnswerSerializer(serializers.Serializer[Any]):
    results = ShapeSerializer(many=True, help_text="All shapes of the answer")
    done = serializers.BooleanField(default=False, help_text="Hand it in: it stays as it is from then on")


class AnswerBriefSerializer(serializers.ModelSerializer[Answer]):
    """An answer without its shapes."""

    user = PersonSerializer()
    state = serializers.ChoiceField(choices=Answer.State.choices)

    class Meta:
        model = Answer
        fields = ["id", "user", "state", "revision", "shape_count", "done_at", "merged_at", "created_at"]


class AnswerSerializer(AnswerBriefSerializer):
    results = AnnotationSerializer(many=True)

    class Meta(AnswerBriefSerializer.Meta):
        fields = [*AnswerBriefSerializer.Meta.fields, "results"]


class AnswersSerializer(serializers.Serializer[Any]):
    results = AnswerSerializer(many=True)
    hidden = serializers.IntegerField(help_text="Answers of others that you see when yours is handed in")


class ReopenSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["in_progress"])


class AskSerializer(serializers.Serializer[Any]):
    """Give `assets`, or `filters` as the asset list takes them; neither means every image."""

    assets = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MAX_ASSETS)
    filters = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    people = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MAX_PEOPLE)
    overlap = serializers.IntegerField(help_text="How many people label each image: 2 or more")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "assets" in attrs and "filters" in attrs:
            raise serializers.ValidationError({"filters": "Give either `assets` or `filters`."})
        return attrs


class AskedPersonSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()
    count = serializers.IntegerField()


class AskedSerializer(serializers.Serializer[Any]):
    assigned = serializers.IntegerField(help_text="Answers asked for")
    assets = serializers.IntegerField(help_text="Images that somebody new was asked about")
    people = AskedPersonSerializer(many=True)
    warnings = serializers.ListField(child=serializers.CharField())


class AssetBriefSerializer(serializers.ModelSerializer[Asset]):
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        fields = ["id", "name", "width", "height", "revision", "annotation_count", "review", "thumbnail_url"]

    def get_thumbnail_url(self, asset: Asset) -> str:
        return f"/api/v1/assets/{asset.pk}/thumbnail?v={asset.sha256[:12]}"


class TaskSerializer(serializers.Serializer[Any]):
    """One image, who was asked about it, and the number its answers' agreement is ordered by."""

    asset = AssetBriefSerializer()
    answers = AnswerBriefSerializer(many=True)
    score = serializers.FloatField(allow_null=True)


class AnswerCountsSerializer(serializers.Serializer[Any]):
    todo = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    done = serializers.IntegerField()


class ProgressOfPersonSerializer(AnswerCountsSerializer):
    user = PersonSerializer()


class TasksSerializer(serializers.Serializer[Any]):
    results = TaskSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    total = AnswerCountsSerializer(help_text="Answers in each state, of the whole project")
    people = ProgressOfPersonSerializer(many=True)


class NumbersSerializer(serializers.Serializer[Any]):
    """Null where there is nothing to divide by."""

    mean_iou = serializers.FloatField(allow_null=True)
    kappa = serializers.FloatField(allow_null=True, help_text="Cohen's, of pixels")
    f1 = serializers.FloatField(allow_null=True, help_text="Of objects matched at IoU 0.5; not of semantic")
    matched_iou = serializers.FloatField(allow_null=True, help_text="Mean IoU of matched objects")
    coverage = serializers.FloatField(allow_null=True, help_text="Share of pixels that neither left void")


class ShareOfBothSerializer(serializers.Serializer[Any]):
    first = serializers.IntegerField()
    second = serializers.IntegerField()
    both = serializers.IntegerField()


class ClassNumbersSerializer(serializers.Serializer[Any]):
    iou = serializers.FloatField(allow_null=True)
    kappa = serializers.FloatField(allow_null=True)
    f1 = serializers.FloatField(allow_null=True)
    matched_iou = serializers.FloatField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        # Null is the background.
        return {"class": serializers.UUIDField(allow_null=True), **super().get_fields()}


class ClassOfPairSerializer(ClassNumbersSerializer):
    pixels = ShareOfBothSerializer()
    objects = ShareOfBothSerializer(allow_null=True)


class PairSerializer(NumbersSerializer):
    first = serializers.UUIDField()
    second = serializers.UUIDField()
    assets = serializers.IntegerField(help_text="Images that both have handed in")
    objects = ShareOfBothSerializer(allow_null=True)
    classes = ClassOfPairSerializer(many=True)


class AgreementPersonSerializer(NumbersSerializer):
    user = PersonSerializer()
    pairs = serializers.IntegerField()


class AgreementSerializer(serializers.Serializer[Any]):
    overall = NumbersSerializer(help_text="Means over the pairs")
    people = AgreementPersonSerializer(many=True)
    classes = ClassNumbersSerializer(many=True)
    pairs = PairSerializer(many=True)


class AssetAgreementSerializer(AgreementSerializer, NumbersSerializer):
    score = serializers.FloatField(allow_null=True, help_text="F1 where there are objects, else mean IoU")


class ImageAgreementSerializer(NumbersSerializer):
    asset = AssetBriefSerializer()
    people = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)


class ProjectAgreementSerializer(AgreementSerializer):
    compared = serializers.IntegerField(help_text="Images with two answers or more")
    assets = ImageAgreementSerializer(many=True, help_text="The worst first, 100 at most")
    uncounted = serializers.IntegerField(help_text="Images not counted yet: ask again")


class MergeAnswersSerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=Method.choices)
    user = serializers.UUIDField(required=False, help_text="Whose answer, with the method `answer`")


class MergedAnswersSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="Of the asset's annotations")
    shapes = serializers.IntegerField()
    answers = serializers.IntegerField(help_text="Answers that were used")
    ties = serializers.IntegerField(help_text="Pixels without a winner, left unlabelled")
    dropped = serializers.IntegerField(help_text="Objects that at most half of the people drew")
