"""Workflows, runs and what runs leave behind."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotations.models import Snapshot
from core.leases import Leased
from core.models import BaseModel
from projects.models import Project

# Given on: Django finds an app's tables here.
from training.evaluation_models import Evaluation as Evaluation
from training.evaluation_models import Gate as Gate
from training.evaluation_models import RobustnessCard as RobustnessCard
from training.label_check_models import Finding as Finding
from training.label_check_models import LabelCheck as LabelCheck


class Workflow(BaseModel):
    """A named training specification; every change of its spec is a new version."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="workflows")
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="workflow_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class WorkflowVersion(BaseModel):
    """One immutable state of a workflow's spec, complete with defaults."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    spec = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["workflow", "version"], name="workflow_version_once")]

    def __str__(self) -> str:
        return f"{self.workflow_id} v{self.version}"


class RunStatus(models.TextChoices):
    QUEUED = "queued"
    PREPARING = "preparing"
    RUNNING = "running"
    EVALUATING = "evaluating"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


WORKING = (RunStatus.PREPARING, RunStatus.RUNNING, RunStatus.EVALUATING)
ACTIVE = (RunStatus.QUEUED, *WORKING)


class Priority(models.IntegerChoices):
    LOW = -1, "low"
    NORMAL = 0, "normal"
    HIGH = 1, "high"


class Sweep(BaseModel):
    """Runs of one workflow that differ in chosen fields.

    `parameters` and `halving` are as they were asked for; `state` holds what the method has to remember, such
    as the rung of a trial.
    """

    class Method(models.TextChoices):
        GRID = "grid"
        RANDOM = "random"
        HALVING = "halving"

    class Status(models.TextChoices):
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sweeps")
    workflow_version = models.ForeignKey(WorkflowVersion, on_delete=models.RESTRICT, related_name="sweeps")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.RESTRICT, related_name="sweeps")
    name = models.CharField(max_length=200)
    method = models.CharField(max_length=10, choices=Method.choices)
    parameters = models.JSONField()
    metric = models.CharField(max_length=200, default="val/miou")
    max_runs = models.PositiveIntegerField()
    seed = models.PositiveIntegerField(default=0)
    halving = models.JSONField(null=True, blank=True)
    hardware = models.JSONField(default=dict)
    checkpoints = models.JSONField(default=dict)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING, db_index=True)
    state = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class WeightFile(BaseModel):
    """A safetensors file that people uploaded to start from; a spec names it `file:<name>`."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="weight_files")
    name = models.CharField(max_length=200)
    storage_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    tensors = models.PositiveIntegerField()
    parameters = models.PositiveBigIntegerField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="weight_file_name_once")]

    def __str__(self) -> str:
        return self.name


class Run(Leased, BaseModel):
    """One training of one workflow version on one snapshot: the row is the truth."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    workflow_version = models.ForeignKey(WorkflowVersion, on_delete=models.RESTRICT, related_name="runs")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.RESTRICT, related_name="runs")
    sweep = models.ForeignKey(Sweep, null=True, blank=True, on_delete=models.CASCADE, related_name="runs")
    # The values that the sweep chose, by dotted path of the spec.
    trial = models.JSONField(null=True, blank=True)
    name = models.CharField(max_length=200)
    notes = models.TextField(blank=True, default="")
    tags = models.JSONField(default=list)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(
        max_length=12, choices=RunStatus.choices, default=RunStatus.QUEUED, db_index=True
    )
    spec = models.JSONField()
    hardware = models.JSONField(default=dict)
    checkpoints = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)
    step = models.PositiveIntegerField(default=0)
    total_steps = models.PositiveIntegerField(default=0)
    epoch = models.FloatField(default=0.0)
    images_per_second = models.FloatField(null=True, blank=True)
    eta_seconds = models.FloatField(null=True, blank=True)
    device = models.CharField(max_length=100, blank=True, default="")
    message = models.CharField(max_length=500, blank=True, default="")
    error = models.JSONField(null=True, blank=True)
    best = models.JSONField(null=True, blank=True)
    # What the loaded weights gave, and the validation images predicted at each evaluation.
    loading = models.JSONField(null=True, blank=True)
    samples = models.JSONField(default=list)
    cancel_requested = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE


class DeviceTime(models.Model):
    """One stay of a run on its devices: what the queue shares fairly between projects."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="device_times")
    devices = models.PositiveIntegerField(default=1)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_index=True)


class RunMetric(models.Model):
    """The values of one training step; `epoch` is fractional, `time` the child's clock."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="metrics")
    step = models.PositiveIntegerField()
    epoch = models.FloatField()
    values = models.JSONField()
    time = models.DateTimeField()

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="run_metric_once")]


class RunLog(models.Model):
    """Line `n` (from 1) of what the training process printed."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="log_lines")
    n = models.PositiveIntegerField()
    line = models.TextField()

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["run", "n"], name="run_log_once")]


class ArtifactRows(models.QuerySet["Artifact"]):
    def with_measured(self) -> ArtifactRows:
        """With `measured`, which says whether there is an evaluation on the run's own snapshot."""
        own = Evaluation.objects.filter(
            artifact=models.OuterRef("pk"), snapshot=models.OuterRef("run__snapshot"), split="val"
        )
        return self.annotate(measured=models.Exists(own))


class Artifact(BaseModel):
    """A kept checkpoint: a bundle in storage with metrics, lineage and, once measured, evaluations."""

    class Role(models.TextChoices):
        CHAMPION = "champion"
        CHALLENGER = "challenger"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="artifacts")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="artifacts")
    name = models.CharField(max_length=200)
    strategies = models.JSONField(default=list)
    step = models.PositiveIntegerField()
    epoch = models.FloatField(default=0.0)
    metrics = models.JSONField(default=dict)
    storage_prefix = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(default=0)
    architecture = models.CharField(max_length=100)
    variant = models.CharField(max_length=100)
    input_size = models.JSONField(default=list)
    classes = models.JSONField(default=list)
    lineage = models.JSONField(default=dict)
    # What people say of it: at most one of a project is its champion.
    role = models.CharField(max_length=10, choices=Role, null=True, blank=True)
    note = models.TextField(blank=True, default="")
    # The scores from which on a class is given, by class id.
    thresholds = models.JSONField(default=dict)

    objects = ArtifactRows.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "name", "step"], name="artifact_once"),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(role="champion"), name="artifact_one_champion"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bundle_prefix(self) -> str:
        """Where the files that serving needs lie in storage."""
        return f"{self.storage_prefix}/bundle"

    def prediction_key(self, asset_id: object) -> str:
        """Storage key of the index mask that this artifact gave for an image."""
        return f"{self.storage_prefix}/predictions/{asset_id}.png"

    def certainty_key(self, asset_id: object) -> str:
        """Storage key of how sure it was there: a PNG at the logits' grid, grey the highest probability and
        alpha the entropy, 255 for 1.
        """
        return f"{self.storage_prefix}/predictions/{asset_id}.sure.png"

    def objects_key(self, asset_id: object) -> str:
        """Storage key of the objects that it found there, of a model that finds objects."""
        return f"{self.storage_prefix}/predictions/{asset_id}.json"
