"""What artifacts were measured on."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models import Snapshot
from core.models import BaseModel
from projects.models import Project


class Evaluation(BaseModel):
    """An artifact on the images of a snapshot's split: counts per image in storage, their summary here."""

    artifact = models.ForeignKey("training.Artifact", on_delete=models.CASCADE, related_name="evaluations")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="evaluations")
    split = models.CharField(max_length=5)
    images = models.PositiveIntegerField()
    # As `training.scores.summary.summary_of` gives it of all images.
    summary = models.JSONField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["artifact", "snapshot", "split"], name="evaluation_once")
        ]

    def __str__(self) -> str:
        return f"{self.artifact_id} on {self.snapshot_id} {self.split}"

    @property
    def scores_key(self) -> str:
        """Where its counts lie in storage."""
        return scores_key(self.artifact_id, self.snapshot_id, self.split)


class Gate(BaseModel):
    """What artifacts must reach on a snapshot's split before they are deployed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="gates")
    name = models.CharField(max_length=200)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.RESTRICT, related_name="gates")
    split = models.CharField(max_length=5)
    # As an evaluation's summary names it; of one class where there is one.
    metric = models.CharField(max_length=40)
    label_class = models.UUIDField(null=True)
    minimum = models.FloatField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="gate_name_once")]

    def __str__(self) -> str:
        return self.name


class RobustnessCard(BaseModel):
    """How an artifact stands corruptions, tiling and other input sizes, on some images of a split."""

    artifact = models.ForeignKey("training.Artifact", on_delete=models.CASCADE, related_name="robustness")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    split = models.CharField(max_length=5)
    card = models.JSONField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"robustness of {self.artifact_id}"


def scores_key(artifact_id: object, snapshot_id: object, split: str) -> str:
    """Where the counts of an artifact on a snapshot's split lie in storage."""
    return f"artifacts/{artifact_id}/scores/{snapshot_id}-{split}.npz"
