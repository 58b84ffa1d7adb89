"""What people drew each for themselves where an image is given to several of them, and how far they agree."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.fast_json import Decoder, Encoder
from core.models import BaseModel
from projects.models import Asset


class Answer(BaseModel):
    """One person's own shapes of one asset, kept apart from its annotations and from others' answers."""

    class State(models.TextChoices):
        TODO = "todo"
        IN_PROGRESS = "in_progress"
        DONE = "done"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answers")
    state = models.CharField(max_length=16, choices=State, default=State.TODO)
    # Shapes as the API shows them, in painting order.
    results = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)
    # Lists tell it without reading the shapes.
    shape_count = models.PositiveIntegerField(default=0)
    # Goes up with every save that changes a shape, and never down: what is counted of an answer names it.
    revision = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    # When it last became, or became part of, the asset's annotations.
    merged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "user"], name="answer_asset_user")]
        indexes = [models.Index(fields=["user", "state"], name="answer_user_state")]


class AnswerPair(BaseModel):
    """What was counted of two answers to one asset: pixels and matched objects. Scores follow from sums of
    these, so a project's need no picture."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="answer_pairs")
    # `first` is the one of the two with the smaller id.
    first = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+")
    # What it was counted from; anything else means that it has to be counted again.
    first_revision = models.PositiveIntegerField()
    second_revision = models.PositiveIntegerField()
    rule = models.CharField(max_length=64)
    counts = models.JSONField(encoder=Encoder, decoder=Decoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="answer_pair_once")]
