"""Shapes that a model saw in an asset and that a person has not made their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.fast_json import Decoder, Encoder
from core.models import BaseModel
from projects.models import Asset, LabelClass


class Proposal(BaseModel):
    """One shape that a deployed model proposes. Accepted it became an annotation; rejected it is remembered,
    so that the same model does not propose it again.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="proposals")
    label_class = models.ForeignKey(LabelClass, on_delete=models.CASCADE, related_name="proposals")
    # As an annotation's.
    kind = models.CharField(max_length=8)
    geometry = models.JSONField(encoder=Encoder, decoder=Decoder)
    bbox = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)
    area = models.FloatField(default=0)
    score = models.FloatField()
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    # Which model said so, and the job that asked it. Plain ids: these tables belong to the floors above, and
    # what was said outlives them.
    deployment = models.UUIDField()
    deployment_name = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    artifact = models.UUIDField()
    job = models.UUIDField(null=True)
    # The shape that it is to take the place of, or with `removes` that is to go; none: it is a new one.
    replaces = models.UUIDField(null=True)
    removes = models.BooleanField(default=False)
    # What it became; the shape may be gone by now.
    annotation = models.UUIDField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-score", "id"]
        indexes = [models.Index(fields=["asset", "state"], name="proposal_asset_state")]
