"""Celery's door to deployments, and the second-by-second look at the inference server."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from core.errors import NotFound
from core.jobs import JobHandle, handler
from core.leases import reaper
from deployments.selectors import EXPORT
from deployments.services import awaiting, collection, exports, reconciliation, sampling
from training.models import Artifact


@shared_task(name="deployments.reconcile")
def reconcile() -> None:
    reconciliation.reconcile()


@reaper("deployments")
def survey() -> None:
    reconciliation.survey()


@reaper("deployments.exports")
def follow_exports() -> None:
    awaiting.follow_exports()


@reaper("deployments.minutes")
def collect() -> None:
    collection.collect_now_and_then()


@shared_task(name=sampling.TASK)
def take_sample(deployment_id: str, key: str) -> None:
    sampling.take(deployment_id, key)


@handler(EXPORT)
def export(job: JobHandle) -> dict[str, Any]:
    rows = Artifact.objects.select_related("project", "run__snapshot", "run__project")
    artifact = rows.filter(pk=job.payload["artifact"]).first()
    if artifact is None:
        raise NotFound("The artifact was deleted before it could be exported.")
    return exports.make_export(job, artifact)
