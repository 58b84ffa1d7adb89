"""Projects, their label classes, and the assets people label."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Workspace
from core.models import BaseModel


class Project(BaseModel):
    """One labelling task: its classes, its images and what is trained on them."""

    class Task(models.TextChoices):
        SEMANTIC = "semantic"
        INSTANCE = "instance"
        PANOPTIC = "panoptic"

    class Media(models.TextChoices):
        IMAGE = "image"
        VIDEO = "video"
        MIXED = "mixed"

    class Unlabelled(models.TextChoices):
        BACKGROUND = "background"
        IGNORE = "ignore"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    task = models.CharField(max_length=16, choices=Task, default=Task.SEMANTIC)
    media = models.CharField(max_length=16, choices=Media, default=Media.IMAGE)
    # What pixels that nobody labelled mean to training and metrics.
    unlabelled = models.CharField(max_length=16, choices=Unlabelled, default=Unlabelled.BACKGROUND)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="project_workspace_name")]


class LabelClass(BaseModel):
    """What a pixel or an object can be. Its mask value follows from `position` (see `classes.indices`)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="label_classes")
    name = models.CharField(max_length=120)
    color = models.CharField(max_length=7)
    hotkey = models.CharField(max_length=1, blank=True)
    description = models.TextField(blank=True)
    # Drawn and stored like any other, left out of losses and metrics.
    ignore = models.BooleanField(default=False)
    # Panoptic projects: an uncountable class, such as sky, is one segment however often it is drawn.
    stuff = models.BooleanField(default=False)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "created_at"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="class_project_name")]


class Asset(BaseModel):
    """An image or a video. Sizes are those of the displayed picture: EXIF orientation applied."""

    class Status(models.TextChoices):
        READY = "ready"
        PROCESSING = "processing"
        REJECTED = "rejected"

    class Media(models.TextChoices):
        IMAGE = "image"
        VIDEO = "video"

    class Split(models.TextChoices):
        TRAIN = "train"
        VAL = "val"
        TEST = "test"

    class Review(models.TextChoices):
        TODO = "todo"
        IN_PROGRESS = "in_progress"
        IN_REVIEW = "in_review"
        APPROVED = "approved"
        REJECTED = "rejected"

    class WorkRole(models.TextChoices):
        ASSIGNEE = "assignee"
        REVIEWER = "reviewer"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="assets")
    name = models.CharField(max_length=255)
    status = models.CharField(max_length=16, choices=Status, default=Status.READY)
    error = models.CharField(max_length=500, blank=True)
    media = models.CharField(max_length=8, choices=Media, default=Media.IMAGE)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=64, blank=True)
    # Of videos: the frames that can be decoded (counted, not what the header says), their usual rate as a
    # number and as the fraction that it is ("30000/1001"), the seconds to the end of the last frame, and what
    # of the file cannot be read.
    frames = models.PositiveIntegerField(null=True)
    fps = models.FloatField(null=True)
    frame_rate = models.CharField(max_length=24, blank=True)
    duration = models.FloatField(null=True)
    warning = models.CharField(max_length=500, blank=True)
    # What is known of where it comes from: {"video", "frame", "seconds"} of a frame taken out of a video.
    metadata = models.JSONField(default=dict)
    # EXIF 1…8 of the stored bytes.
    orientation = models.PositiveSmallIntegerField(default=1)
    # Whether a browser shows the stored bytes upright as they are.
    displayable = models.BooleanField(default=True)
    storage_key = models.CharField(max_length=200, blank=True)
    split = models.CharField(max_length=8, choices=Split, null=True)
    review = models.CharField(max_length=16, choices=Review, default=Review.TODO)
    # Whose work it is to annotate, and whose to judge.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    # Denormalised from the annotations, so that lists filter and count without a join.
    annotation_count = models.PositiveIntegerField(default=0)
    class_ids = models.JSONField(default=list)
    # Comments that nobody has settled.
    open_comments = models.PositiveIntegerField(default=0)
    # How unsure the last model that looked at it was, 0…1: by entropy, and by how close its two best answers
    # are. Null: none has looked.
    uncertainty = models.FloatField(null=True)
    margin = models.FloatField(null=True)
    # Proposals of models that nobody has decided on.
    proposal_count = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="asset_project_name")]
        indexes = [
            models.Index(fields=["project", "created_at", "id"], name="asset_project_created"),
            models.Index(fields=["project", "sha256"], name="asset_project_sha256"),
        ]


class AssetEvent(BaseModel):
    """A step of an asset's way through review, or a change of whose work it is."""

    class Kind(models.TextChoices):
        REVIEW = "review"
        ASSIGNMENT = "assignment"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # {"from", "to"} of a review, with the reviewer's {"note"}; {"role", "from", "to"} of an assignment,
    # people as {"id", "name"} or null.
    detail = models.JSONField(default=dict)
