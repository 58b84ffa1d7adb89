"""Checks of the labels, and what they found."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models import Snapshot
from core.fast_json import Decoder, Encoder
from core.models import BaseModel, Job
from projects.models import Asset, Project


class LabelCheck(BaseModel):
    """Labels of a snapshot against models that have not seen them: of its folds, or one artifact."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="label_checks")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    workflow_version = models.ForeignKey(
        "training.WorkflowVersion", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    artifact = models.ForeignKey("training.Artifact", null=True, on_delete=models.SET_NULL, related_name="+")
    folds = models.PositiveIntegerField(null=True)
    steps = models.PositiveIntegerField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"label check of {self.snapshot_id}"


class Finding(BaseModel):
    """A label that is probably wrong, and how it would be right."""

    class Kind(models.TextChoices):
        MISSING = "missing"
        WRONG_CLASS = "wrong_class"
        LOOSE_OUTLINE = "loose_outline"
        SPURIOUS = "spurious"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"
        # What it is about was changed since.
        GONE = "gone"

    check_run = models.ForeignKey(LabelCheck, on_delete=models.CASCADE, related_name="findings")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=13, choices=Kind)
    # Classes and the annotation by id: they may be gone by now.
    given = models.UUIDField(null=True)
    suggested = models.UUIDField(null=True)
    annotation = models.UUIDField(null=True)
    score = models.FloatField()
    bbox = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)
    area = models.FloatField(default=0)
    # The suggested shape; of what is to go the shape itself.
    polygons = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    proposal = models.UUIDField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-score", "-id"]
        indexes = [models.Index(fields=["check_run", "state", "-score", "-id"], name="finding_ranked")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.asset_id}"
