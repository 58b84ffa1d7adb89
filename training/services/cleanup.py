"""Files go with their rows, whichever way a row goes: by itself, with its run, or with its project."""

from __future__ import annotations

import shutil
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from core.models import Event, Topic
from core.storage import storage
from training.models import Artifact, Run, WeightFile
from training.services.preparation import run_folder
from training.services.samples import forget_samples


@receiver(post_delete, sender=Artifact)
def forget_artifact(instance: Artifact, **_: Any) -> None:
    prefix = instance.storage_prefix
    transaction.on_commit(lambda: storage.delete_tree(prefix))


@receiver(post_delete, sender=WeightFile)
def forget_weights(instance: WeightFile, **_: Any) -> None:
    key = instance.storage_key
    transaction.on_commit(lambda: storage.delete(key))


@receiver(post_delete, sender=Run)
def forget_run(instance: Run, **_: Any) -> None:
    topic, folder = f"run:{instance.pk}", run_folder(instance.pk)
    Event.objects.filter(topic=topic).delete()
    Topic.objects.filter(name=topic).delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    forget_samples(instance)
