"""Celery's door to deployments, and the second-by-second look at the inference server."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from core.errors import NotFound
from core.jobs import JobHandle, handler
from core.leases import reaper
from deployments.selectors import EXPORT
from deployments.services import exports, reconciliation
from training.models import Artifact


@shared_task(name="deployments.reconcile")
def reconcile() -> None:
    reconciliation.reconcile()


@reaper("deployments")
def survey() -> None:
    reconciliation.survey()


@handler(EXPORT)
def export(job: JobHandle) -> dict[str, Any]:
    artifact = Artifact.objects.light().filter(pk=job.payload["artifact"]).first()
    if artifact is None:
        raise NotFound("The artifact was deleted before it could be exported.")
    wanted, quantization = job.payload["format"], job.payload["quantization"]
    return exports.make_export(job.id, artifact, wanted, quantization, job.progress)
