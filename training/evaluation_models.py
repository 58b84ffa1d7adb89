"""What artifacts were measured on."""

from __future__ import annotations

from django.db import models

from annotations.models import Snapshot
from core.models import BaseModel


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


def scores_key(artifact_id: object, snapshot_id: object, split: str) -> str:
    """Where the counts of an artifact on a snapshot's split lie in storage."""
    return f"artifacts/{artifact_id}/scores/{snapshot_id}-{split}.npz"
