"""Reports of artifacts: made by a job, kept until the next."""

from __future__ import annotations

import json
from typing import Any

from accounts.principals import Principal
from core import jobs
from core.errors import NotFound
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from training.models import Artifact
from training.reports.content import content
from training.reports.document import document
from training.reports.page import page
from training.reports.pictures import pictures
from training.services.evaluations import find

REPORT = "training.report"
TYPES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}


def start(principal: Principal, artifact: Artifact) -> Job:
    """Queue a report; raises NotFound where the artifact is not evaluated."""
    find(artifact)
    return jobs.create_job(
        REPORT,
        project_id=artifact.project_id,
        workspace_id=artifact.project.workspace_id,
        created_by=principal.user,
        payload={"artifact": str(artifact.pk)},
    )


def run(job: JobHandle) -> dict[str, Any]:
    """Make the three files; they replace those of an earlier report together, the JSON last."""
    rows = Artifact.objects.select_related("project", "run__snapshot")
    artifact = rows.filter(pk=job.payload["artifact"]).first()
    if artifact is None:
        raise NotFound("The artifact was deleted before its report was made.")
    job.progress(0.05, "Gathering the numbers")
    report = content(artifact)
    job.progress(0.4, "Drawing the images")
    shown = [*report["images"]["worst"], *report["images"]["best"]]
    drawn = pictures(artifact, find(artifact), shown)
    job.progress(0.7, "Writing")
    files = {
        "html": page(report, drawn),
        "pdf": document(report, drawn),
        "json": json.dumps(report, ensure_ascii=False, indent=1, default=str).encode(),
    }
    for kind, data in files.items():
        storage.put(key_of(artifact, kind), data)
    return {f"{kind}_url": f"/api/v1/artifacts/{artifact.pk}/report.{kind}" for kind in files}


def key_of(artifact: Artifact, kind: str) -> str:
    """Where a report lies in storage."""
    return f"artifacts/{artifact.pk}/report/report.{kind}"


def read(artifact: Artifact, kind: str) -> bytes:
    """The newest report; raises NotFound saying how to make one."""
    try:
        return storage.read(key_of(artifact, kind))
    except NotFound:
        raise NotFound(
            f"The artifact has no report yet: POST to /api/v1/artifacts/{artifact.pk}/reports makes one."
        ) from None
