"""An export's files go with its row, whichever way the row goes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from core.storage import storage
from deployments.models import Export


@receiver(post_delete, sender=Export)
def forget_export(instance: Export, **_: Any) -> None:
    prefix = instance.storage_prefix
    transaction.on_commit(lambda: storage.delete_tree(prefix))
