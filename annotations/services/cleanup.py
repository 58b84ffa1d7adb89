"""Stored files follow their rows, whichever way a row goes: its project's deletion or its workspace's."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from annotations.services.sweeping import remember_files
from projects.models import Project


@receiver(pre_delete, sender=Project)
def _project_goes(instance: Project, **_: Any) -> None:
    remember_files(instance)
