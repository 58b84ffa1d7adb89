"""Exports of artifacts, and deployments: an artifact or an export with a runtime, behind an endpoint."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import BaseModel
from projects.models import Asset, Project
from training.models import Artifact


class Export(BaseModel):
    """An artifact as files for a runtime, finished and measured; its id is that of the job that made it."""

    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=20)
    quantization = models.CharField(max_length=20, default="none")
    pruning = models.FloatField(default=0.0)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    size = models.PositiveBigIntegerField(default=0)
    storage_prefix = models.CharField(max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.format} {self.quantization}"

    @property
    def bundle_prefix(self) -> str:
        """Where the bundle with its converted model lies in storage: what a deployment of it serves."""
        return f"{self.storage_prefix}/bundle"

    @property
    def archive_key(self) -> str:
        """Where the ZIP for download lies in storage."""
        return f"{self.storage_prefix}/export.zip"


class DeploymentStatus(models.TextChoices):
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"


class Settings(models.Model):
    """What a version of a deployment fixes: which model runs, on what, how, and within which limits."""

    artifact = models.ForeignKey(Artifact, on_delete=models.RESTRICT, related_name="+")
    # None: the artifact itself, converted for its runtime where that needs no data.
    export = models.ForeignKey(Export, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    device = models.CharField(max_length=20, default="cpu")
    runtime = models.CharField(max_length=20, default="torch")
    quantization = models.CharField(max_length=20, default="none")
    replicas = models.PositiveSmallIntegerField(default=1)
    threads = models.PositiveSmallIntegerField(null=True, blank=True)
    memory_mb = models.PositiveIntegerField(null=True, blank=True)
    queue_limit = models.PositiveIntegerField(null=True, blank=True)
    max_batch = models.PositiveSmallIntegerField(null=True, blank=True)
    deadline_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Deployment(BaseModel, Settings):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="deployments")
    name = models.CharField(max_length=200)
    status = models.CharField(
        max_length=10, choices=DeploymentStatus.choices, default=DeploymentStatus.STARTING, db_index=True
    )
    message = models.CharField(max_length=500, blank=True, default="")
    error = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # The export that an int8 deployment waits for while it is being made.
    awaited_job = models.UUIDField(null=True, blank=True)
    idle_minutes = models.PositiveIntegerField(null=True, blank=True)
    # {"version", "percent"}: other versions that answer a share of the requests, or see it in the shadow.
    canary = models.JSONField(null=True, blank=True)
    shadow = models.JSONField(null=True, blank=True)
    # {"percent", "per_day", "below"}: requests that become assets of the project.
    sampling = models.JSONField(null=True, blank=True)
    asleep = models.BooleanField(default=False)
    restarts = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="deployment_name_once")]

    def __str__(self) -> str:
        return self.name


class DeploymentVersion(BaseModel, Settings):
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    # When it last became the current one; None for one that was only ever kept for a canary or a shadow.
    served_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "version"], name="deployment_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.deployment_id} v{self.version}"


class DeploymentMinute(models.Model):
    """What a version was asked and answered in a minute, as counts that can be added up.

    `server` is one start of the inference server: after a restart the same minute is counted anew beside it.
    `latency` counts answers by bucket, `batches` passes by size, `labels` sums shares of pixels by label,
    `confidence` counts scores in ten bins.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="minutes")
    version = models.PositiveIntegerField()
    server = models.CharField(max_length=36)
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=dict)
    latency = models.JSONField(default=list)
    queue = models.PositiveIntegerField(default=0)
    batches = models.JSONField(default=dict)
    labels = models.JSONField(default=dict)
    seen = models.PositiveIntegerField(default=0)
    confidence = models.JSONField(default=list)
    shadow = models.JSONField(default=dict)

    class Meta:
        ordering = ["minute"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "minute", "version", "server"], name="deployment_minute_once"
            )
        ]


class DeploymentSample(BaseModel):
    """A request that was kept as an unlabelled asset, with what the model said of it."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="samples")
    version = models.PositiveIntegerField()
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    prediction = models.JSONField()
    # The least sure of its predictions; None where it saw nothing.
    score = models.FloatField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["deployment", "asset"], name="deployment_sample_once")]
