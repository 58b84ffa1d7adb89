"""Rows that every floor shares: jobs, the outbox of events, remembered answers, leases of loops."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from core.leases import Leased


class BaseModel(models.Model):
    """A UUID key and the two times every resource shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Job(BaseModel, Leased):
    """One piece of long work. The row is the truth; the broker only wakes a worker."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status, default=Status.QUEUED, db_index=True)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=500, blank=True)
    # Which workers do it: those of short work, or those of a device.
    queue = models.CharField(max_length=16, default="default")
    payload = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    cancel_requested = models.BooleanField(default=False)
    # Plain ids: the floors above own these tables.
    workspace_id = models.UUIDField(null=True, db_index=True)
    project_id = models.UUIDField(null=True, db_index=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    @property
    def is_final(self) -> bool:
        return self.status in (self.Status.SUCCEEDED, self.Status.FAILED, self.Status.CANCELLED)


class Topic(models.Model):
    """The head of one event stream. Taking the next number locks the row until commit, so that numbers
    become visible in order and without gaps whichever database runs below."""

    name = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField(default=0)


class Event(models.Model):
    """One event of a topic: the outbox that tailers replay."""

    topic = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    step = models.IntegerField(null=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "seq"], name="event_topic_seq")]


class LoopLease(Leased):
    """Which process runs a platform-wide loop (the reaper) right now."""

    name = models.CharField(max_length=40, primary_key=True)


class RememberedAnswer(models.Model):
    """What a POST with an Idempotency-Key answered, so that a retry gets the same and creates nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    # The user with their key or session: a weaker key must not be told what a stronger one was.
    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="remembered_caller_key")]
