"""Buckets that pictures are taken from."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import BaseModel, Job


class BucketImport(BaseModel):
    """A prefix of a bucket on its way into a project: how far it is, so that it can go on there."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="bucket_imports")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    bucket = models.CharField(max_length=255)
    prefix = models.CharField(max_length=1024, blank=True)
    endpoint = models.CharField(max_length=500, blank=True)
    region = models.CharField(max_length=64, blank=True)
    include = models.CharField(max_length=255, blank=True)
    # The access key and its secret, sealed; empty where the bucket is open to all.
    credentials = models.TextField(blank=True)
    # Objects come in the order of their keys: everything up to this one is done.
    last_key = models.CharField(max_length=1024, blank=True)
    counts = models.JSONField(default=dict)
    skipped = models.JSONField(default=list)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")


class BucketObject(models.Model):
    """An object that a project has taken in, with the version of it: it is not fetched a second time."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")
    # SHA-256 of endpoint, bucket and key.
    place = models.CharField(max_length=64)
    etag = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "place"], name="bucket_object_place")]
