"""What people and models drew, every revision of it, and frozen versions of whole projects."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

# Given on: Django finds an app's tables here.
from annotations.answer_models import Answer as Answer
from annotations.answer_models import AnswerPair as AnswerPair
from annotations.proposal_models import Proposal as Proposal
from core.fast_json import Decoder, Encoder
from core.models import BaseModel
from projects.models import Asset, LabelClass, Project


class Annotation(BaseModel):
    """One shape of one class on one asset. Coordinates are pixels of the displayed image."""

    class Kind(models.TextChoices):
        POLYGONS = "polygons"
        MASK = "mask"
        BBOX = "bbox"

    class Source(models.TextChoices):
        HUMAN = "human"
        IMPORT = "import"
        MODEL = "model"
        ASSIST = "assist"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="annotations")
    label_class = models.ForeignKey(LabelClass, on_delete=models.CASCADE, related_name="annotations")
    kind = models.CharField(max_length=8, choices=Kind)
    # A list of polygons, a COCO RLE, or [x, y, width, height], by kind.
    geometry = models.JSONField(encoder=Encoder, decoder=Decoder)
    bbox = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)
    area = models.FloatField(default=0)
    z = models.IntegerField(default=0)
    # One object of a video: its shapes are keyframes, what it is between them follows from these.
    track = models.UUIDField(null=True)
    # Of a video; null of an image.
    frame = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.HUMAN)
    score = models.FloatField(null=True)
    attributes = models.JSONField(default=dict, encoder=Encoder, decoder=Decoder)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    # Set by the store, not by the database layer: the order within one request is the painting order.
    created_at = models.DateTimeField(default=timezone.now)
    # The asset's revision that last wrote this shape.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        # Painting order: later covers earlier.
        ordering = ["z", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "track", "frame"],
                condition=models.Q(track__isnull=False, frame__isnull=False),
                name="annotation_keyframe",
            )
        ]
        # What is counted of shapes is read without the shapes.
        indexes = [models.Index(fields=["asset", "label_class", "area"], name="annotation_counted")]


class AnnotationRevision(BaseModel):
    """One accepted change of an asset's annotations, whole enough to go back to."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    # {"created": […], "updated": [{"before", "after"}], "deleted": […]}
    changes = models.JSONField(encoder=Encoder, decoder=Decoder)
    # The client's name for the change, and what of it did not land: sent again, it is answered the same.
    op = models.UUIDField(null=True)
    refused = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)
    # The revision that this one went back to.
    restored = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "revision"], name="revision_asset_number"),
            models.UniqueConstraint(fields=["asset", "op"], name="revision_asset_op"),
        ]


class EmptyOperation(BaseModel):
    """An operation that changed nothing, remembered so that it changes nothing later either."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="empty_operations")
    op = models.UUIDField()
    revision = models.PositiveIntegerField()
    refused = models.JSONField(default=list, encoder=Encoder, decoder=Decoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "op"], name="empty_asset_op")]


class Comment(BaseModel):
    """What somebody says of an asset: of all of it, of a place, of a shape; or an answer to that."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField()
    # Pixels of the displayed image.
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    # Of a video.
    frame = models.PositiveIntegerField(null=True)
    # A shape's id; the shape may be gone by now.
    annotation = models.UUIDField(null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(null=True)
    # Of a thread's first comment only.
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "id"]


class Snapshot(BaseModel):
    """An immutable, content-addressed version of a project's data."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="snapshots")
    name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200)
    counts = models.JSONField(default=dict)
    classes = models.JSONField(default=list)
    task = models.CharField(max_length=16)
    unlabelled = models.CharField(max_length=16)
    # The shares and the seed that divided what had no split of its own.
    division = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "digest"], name="snapshot_project_digest")]
