"""Doing an evaluation job: a child process predicts the split's images and counts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from annotations.models import Snapshot
from annotations.snapshots import materialise
from core.errors import NotFound
from core.jobs import JobHandle
from core.storage import storage
from training.evaluation_models import scores_key
from training.models import Artifact
from training.services import children, evaluations

LIMIT_SECONDS = 24 * 3600.0


def run(job: JobHandle) -> dict[str, Any]:
    """Evaluate an artifact on a snapshot's split, and answer with the evaluation's id, its images and its
    mIoU. An evaluation that is there already is answered as it is. Raises NotFound, Unusable.
    """
    artifact = Artifact.objects.select_related("run").filter(pk=job.payload["artifact"]).first()
    snapshot = Snapshot.objects.filter(pk=job.payload["snapshot"]).first()
    if artifact is None or snapshot is None:
        raise NotFound("The artifact or the snapshot was deleted before the evaluation began.")
    split = job.payload["split"]
    found = artifact.evaluations.filter(snapshot=snapshot, split=split).first()
    if found is None or not storage.exists(found.scores_key):
        evaluations.fits(artifact, snapshot, split)
        found = evaluations.record(artifact, snapshot.pk, split, _measured(job, artifact, snapshot, split))
    return {"evaluation": str(found.pk), "images": found.images, "miou": found.summary["miou"]}


def _measured(job: JobHandle, artifact: Artifact, snapshot: Snapshot, split: str) -> dict[str, Any]:
    folder = Path(settings.TESSERA_RUNS_DIR) / "evaluations" / str(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        job.progress(0.01, "Fetching the model and its images")
        manifest = materialise(snapshot, folder / "manifest.jsonl")
        bundle = storage.fetch_tree(artifact.bundle_prefix)
        arguments = [str(bundle), "--data", str(manifest), "--split", split, "--out", str(folder / "out")]

        def tell(share: float, message: str) -> None:
            job.progress(0.02 + 0.88 * share, message)

        children.run("training.ml.evaluation", arguments, tell, limit=LIMIT_SECONDS, what="evaluation")
        return _stored(job, artifact, snapshot, split, folder / "out")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stored(job: JobHandle, artifact: Artifact, snapshot: Snapshot, split: str, out: Path) -> dict[str, Any]:
    """Put the child's files into storage, the counts last; its summary."""
    files = sorted((out / "predictions").iterdir())
    for number, file in enumerate(files):
        job.progress(0.9 + 0.09 * number / len(files), "Storing the predictions")
        with file.open("rb") as source:
            storage.put(f"{artifact.storage_prefix}/predictions/{file.name}", source)
    if not Artifact.objects.filter(pk=artifact.pk).exists():
        storage.delete_tree(artifact.storage_prefix)
        raise NotFound("The artifact was deleted while it was evaluated.")
    with (out / "scores.npz").open("rb") as source:
        storage.put(scores_key(artifact.pk, snapshot.pk, split), source)
    return dict(json.loads((out / "evaluation.json").read_bytes()))
