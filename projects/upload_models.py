"""Files on their way in, which may come in many pieces over many days."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import BaseModel, Job


class Upload(BaseModel):
    """A file that is being sent by tus. Its bytes lie in the spool: how many there are is the file's size."""

    class Purpose(models.TextChoices):
        ASSETS = "assets"
        IMPORT = "import"

    class State(models.TextChoices):
        RECEIVING = "receiving"
        # All bytes are there, and it is being taken in, by its job where it has one.
        PROCESSING = "processing"
        DONE = "done"
        FAILED = "failed"

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="uploads")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.ASSETS)
    # Of imports: {"format", "create_classes"}. Of ZIPs: {"done"}, how far the job is.
    options = models.JSONField(default=dict)
    # The metadata as it was sent, which a client may ask back.
    metadata = models.TextField(blank=True)
    # None until the client knows it.
    length = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.RECEIVING)
    # What became of the file, as an upload of assets answers it.
    results = models.JSONField(default=list)
    error = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["project", "created_by", "state"], name="upload_project_owner")]
