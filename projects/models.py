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


class Living(models.Manager["Asset"]):
    """The assets that are not in the trash."""

    def get_queryset(self) -> models.QuerySet[Asset]:
        return super().get_queryset().filter(deleted_at=None)


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
    # What is known of where it comes from: {"video", "frame", "seconds"} of a frame taken out of a video,
    # {"document", "page"} of a page taken out of an image that has {"pages"}, more than one; {"camera"}, by
    # make and model, that took it.
    metadata = models.JSONField(default=dict)
    # Of images, from the decode that made the thumbnail: a perceptual hash of 64 bits as a signed number, the
    # mean brightness 0…1, and the variance of the Laplacian, small where it is blurred. Null: not known.
    phash = models.BigIntegerField(null=True)
    brightness = models.FloatField(null=True)
    sharpness = models.FloatField(null=True)
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
    # When it went to the trash. From then on it is nowhere but there, and its name is free.
    deleted_at = models.DateTimeField(null=True)

    # The first is what everything goes by that does not ask for the trash.
    objects = Living()
    everything = models.Manager["Asset"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], condition=models.Q(deleted_at=None), name="asset_project_name"
            )
        ]
        # One for each order and for each filter in the usual order, so that a page costs the same however
        # many assets there are. What only PostgreSQL has (tags, classes, parts of names) is in the migration.
        indexes = [
            # With what ranges are asked of: whoever looks through many for a few looks only here.
            models.Index(
                fields=["project", "created_at", "id"],
                include=["deleted_at", "width", "height", "size", "annotation_count"],
                name="asset_project_created",
            ),
            models.Index(fields=["project", "sha256"], name="asset_project_sha256"),
            models.Index(fields=["project", "updated_at", "id"], name="asset_project_updated"),
            models.Index(fields=["project", "size", "id"], name="asset_project_size"),
            models.Index(fields=["project", "annotation_count", "id"], name="asset_project_annotations"),
            models.Index(fields=["project", "uncertainty", "id"], name="asset_project_uncertainty"),
            models.Index(fields=["project", "margin", "id"], name="asset_project_margin"),
            models.Index(fields=["project", "width"], name="asset_project_width"),
            models.Index(fields=["project", "height"], name="asset_project_height"),
            models.Index(fields=["project", "split", "created_at", "id"], name="asset_project_split"),
            models.Index(fields=["project", "review", "created_at", "id"], name="asset_project_review"),
            models.Index(fields=["project", "status", "created_at", "id"], name="asset_project_status"),
            models.Index(fields=["project", "assignee", "created_at", "id"], name="asset_project_assignee"),
            models.Index(fields=["project", "reviewer", "created_at", "id"], name="asset_project_reviewer"),
            models.Index(
                fields=["project", "created_at", "id"],
                condition=models.Q(open_comments__gt=0),
                name="asset_project_commented",
            ),
            models.Index(
                fields=["project", "created_at", "id"],
                condition=models.Q(proposal_count__gt=0),
                name="asset_project_proposed",
            ),
            models.Index(
                fields=["project", "deleted_at", "id"],
                condition=models.Q(deleted_at__isnull=False),
                name="asset_project_deleted",
            ),
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


class SavedView(BaseModel):
    """Filters and an order that somebody keeps under a name, for themselves or for everybody."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=120)
    filters = models.JSONField(default=dict)
    order = models.CharField(max_length=40, blank=True)
    shared = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "created_by", "name"], name="view_project_person_name")
        ]


class BulkChange(BaseModel):
    """One change of many assets, with what it takes to undo it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="bulk_changes")
    # What was asked for: {"ids" | "filters", "set", "add_tags", "remove_tags", "move_to", "delete"}.
    request = models.JSONField(default=dict)
    # How far it came: the last asset in the order of their ids, and how many were changed.
    last = models.UUIDField(null=True)
    changed = models.PositiveIntegerField(default=0)
    # What to know about it, and of a move which class became which: {"notes", "classes"}.
    outcome = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class BulkItem(models.Model):
    """What one asset was before a bulk change and after it, as far as that touched it."""

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField()
    after = models.JSONField()
    # Null while it is to be undone; then what came of that: "" or why it stays as it is.
    kept = models.CharField(max_length=200, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "asset"], name="bulk_item_once")]


class Tally(models.Model):
    """What is counted of a project or a class, as changes to be added up: nobody who writes waits for
    another, and the database itself writes them (see annotations), whichever way a row comes or goes.
    """

    # A project's id or a class's.
    subject = models.UUIDField(db_index=True)
    name = models.CharField(max_length=16)
    change = models.BigIntegerField()


from projects.bucket_models import BucketImport as BucketImport  # noqa: E402  they point at the models above
from projects.bucket_models import BucketObject as BucketObject  # noqa: E402
from projects.upload_models import Upload as Upload  # noqa: E402
