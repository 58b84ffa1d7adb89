"""Deployments: an artifact with a runtime, behind an endpoint."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import BaseModel
from projects.models import Project
from training.models import Artifact


class DeploymentStatus(models.TextChoices):
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"


class Settings(models.Model):
    """What a version of a deployment fixes: which artifact runs, on what, and how."""

    artifact = models.ForeignKey(Artifact, on_delete=models.RESTRICT, related_name="+")
    device = models.CharField(max_length=20, default="cpu")
    runtime = models.CharField(max_length=20, default="torch")
    quantization = models.CharField(max_length=20, default="none")
    replicas = models.PositiveSmallIntegerField(default=1)

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
