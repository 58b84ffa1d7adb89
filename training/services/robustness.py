"""Robustness cards: asked for, made by a child process, kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.principals import Principal
from annotations.models import Snapshot
from annotations.snapshots import materialise
from core import jobs
from core.errors import NotFound
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from training.models import Artifact, RobustnessCard
from training.services import children, evaluations

MEASURE = "training.robustness"
MOST_IMAGES = 200
LIMIT_SECONDS = 12 * 3600.0


def start(principal: Principal, artifact: Artifact, snapshot: Snapshot, split: str, images: int) -> Job:
    """Queue a card; where the same is queued or running, that job. Raises Unusable where the artifact cannot
    be measured there.
    """
    evaluations.fits(artifact, snapshot, split)
    payload = {
        "artifact": str(artifact.pk),
        "snapshot": str(snapshot.pk),
        "split": split,
        "images": images,
    }
    with transaction.atomic():
        Artifact.objects.select_for_update().get(pk=artifact.pk)
        waiting = [Job.Status.QUEUED, Job.Status.RUNNING]
        for job in Job.objects.filter(kind=MEASURE, project_id=artifact.project_id, status__in=waiting):
            if job.payload == payload and not job.cancel_requested:
                return job
        return jobs.create_job(
            MEASURE,
            project_id=artifact.project_id,
            workspace_id=artifact.project.workspace_id,
            created_by=principal.user,
            payload=payload,
            to="exports",
        )


def run(job: JobHandle) -> dict[str, Any]:
    """Make the card of a job; one that it made before it was delivered again is answered as it is."""
    made = RobustnessCard.objects.filter(pk=job.id).first() or _made(job)
    return {"robustness": str(made.pk), "clean": made.card["clean"], "images": made.card["images"]}


def _made(job: JobHandle) -> RobustnessCard:
    artifact = Artifact.objects.filter(pk=job.payload["artifact"]).first()
    snapshot = Snapshot.objects.filter(pk=job.payload["snapshot"]).first()
    if artifact is None or snapshot is None:
        raise NotFound("The artifact or the snapshot was deleted before it was measured.")
    folder = Path(settings.TESSERA_RUNS_DIR) / "robustness" / str(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    split = job.payload["split"]
    try:
        job.progress(0.01, "Fetching the model and its images")
        manifest = materialise(snapshot, folder / "manifest.jsonl")
        bundle, out = storage.fetch_tree(artifact.bundle_prefix), folder / "card.json"
        arguments = [str(bundle), "--data", str(manifest), "--split", split]
        arguments += ["--images", str(job.payload["images"]), "--out", str(out)]
        tell = job.progress
        children.run("training.ml.robustness", arguments, tell, limit=LIMIT_SECONDS, what="measurement")
        card = json.loads(out.read_bytes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return RobustnessCard.objects.create(
        pk=job.id, artifact=artifact, snapshot=snapshot, split=split, card=card
    )
