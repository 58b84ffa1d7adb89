"""Deployments that wait for an export: they go on when it is there, and fail with its reason."""

from __future__ import annotations

from django.db import transaction

from core import queue
from core.models import Job
from deployments.models import Deployment, DeploymentStatus, DeploymentVersion, Export
from deployments.services.reconciliation import TASK, announce, fail

ENDED = (Job.Status.FAILED, Job.Status.CANCELLED)


def follow_exports() -> None:
    """See to every deployment whose export has ended, one way or the other.

    One that fails waits on: what it served before goes on answering, until it is started again.
    """
    rows = Deployment.objects.exclude(awaited_job=None).exclude(status=DeploymentStatus.STOPPED)
    for deployment in rows.select_related("project", "artifact", "export"):
        job = Job.objects.filter(pk__in=[deployment.awaited_job]).first()
        if job is None:
            fail(deployment, "Its export was forgotten before it was made.")
        elif job.status in ENDED:
            detail = (job.error or {}).get("detail") or f"it was {job.status}"
            fail(deployment, f"Its export could not be made: {detail}")
        elif job.status == Job.Status.SUCCEEDED:
            _go_on(deployment, Export.objects.filter(pk=job.pk).first())


def _go_on(deployment: Deployment, export: Export | None) -> None:
    if export is None:
        fail(deployment, "Its export was deleted before it could be loaded.")
        return
    with transaction.atomic():
        same = Deployment.objects.filter(pk=deployment.pk, awaited_job=deployment.awaited_job)
        message = f"version {deployment.version} is being loaded"
        if not same.update(awaited_job=None, export=export, message=message):
            return
        DeploymentVersion.objects.filter(deployment=deployment, version=deployment.version).update(
            export=export
        )
        deployment.awaited_job, deployment.export, deployment.message = None, export, message
        queue.enqueue(TASK)
        announce(deployment)
