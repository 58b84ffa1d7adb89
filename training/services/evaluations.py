"""What artifacts were measured on, and measuring them on more."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from accounts.principals import Principal
from annotations.models import Snapshot
from core import jobs
from core.errors import NotFound, Unusable
from core.models import Job
from core.storage import storage
from projects.asset_selectors import chosen_by
from projects.models import Asset
from training.models import Artifact, Evaluation
from training.scores.store import Scores, read_scores

EVALUATE = "training.evaluate"
SPLITS = ("val", "test", "train")
# Evaluations whose counts a process keeps; those of ten thousand images take some 50 MB.
KEPT = 6

_kept: OrderedDict[tuple[uuid.UUID, float], Scores] = OrderedDict()
_lock = threading.Lock()


def find(artifact: Artifact, snapshot_id: uuid.UUID | None = None, split: str = "val") -> Evaluation:
    """The artifact's evaluation on a snapshot, by default its run's own; raises NotFound saying how to make
    it.
    """
    wanted = snapshot_id or artifact.run.snapshot_id
    found = artifact.evaluations.filter(snapshot_id=wanted, split=split).first()
    if found is not None:
        return found
    if snapshot_id is None and split == "val":
        raise NotFound(
            "This artifact has not been evaluated yet: its run evaluates what it keeps at its end. POST to "
            f"/api/v1/artifacts/{artifact.pk}/evaluations evaluates it now."
        )
    raise NotFound(
        f"This artifact has not been evaluated on the split {split} of the snapshot {wanted}: POST both to "
        f"/api/v1/artifacts/{artifact.pk}/evaluations."
    )


def scores_of(evaluation: Evaluation) -> Scores:
    """Its counts per image, from storage, kept for the next question. Raises NotFound where they are gone."""
    key = evaluation.pk, evaluation.updated_at.timestamp()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    try:
        with storage.open(evaluation.scores_key) as file:
            scores = read_scores(file)
    except (OSError, ValueError, NotFound) as error:
        raise NotFound(
            "The counts of this evaluation are missing from storage: evaluate it again."
        ) from error
    with _lock:
        _kept[key] = scores
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return scores


def chosen(
    principal: Principal, evaluation: Evaluation, scores: Scores, filters: Mapping[str, str]
) -> NDArray[np.intp] | None:
    """The rows of the counts whose assets pass the filters of the list of assets; None without filters.

    An asset that was deleted since passes no filter. Raises BadInput naming a filter that nobody knows.
    """
    if not filters:
        return None
    project = evaluation.artifact.project_id
    assets = chosen_by(Asset.objects.filter(project_id=project), filters, principal.user)
    return scores.rows([str(key) for key in assets.order_by().values_list("pk", flat=True).iterator()])


def record(artifact: Artifact, snapshot_id: uuid.UUID, split: str, summary: dict[str, Any]) -> Evaluation:
    """Write the row of an evaluation whose counts are in storage; one that was there is replaced."""
    with transaction.atomic():
        evaluation, _ = Evaluation.objects.update_or_create(
            artifact=artifact,
            snapshot_id=snapshot_id,
            split=split,
            defaults={"summary": summary, "images": int(summary.get("images") or 0)},
        )
    return evaluation


def start(principal: Principal, artifact: Artifact, snapshot: Snapshot, split: str) -> Job:
    """Queue the evaluation of an artifact on a snapshot's split; where that is queued or running already, the
    job that does it. Raises Unusable where the split has no image, or the snapshot's classes are not the
    artifact's.
    """
    fits(artifact, snapshot, split)
    return queue(artifact, snapshot, split, principal.user)


def queue(artifact: Artifact, snapshot: Snapshot, split: str, user: Any = None) -> Job:
    """As `start`, for those who need no permission."""
    payload = {"artifact": str(artifact.pk), "snapshot": str(snapshot.pk), "split": split}
    waiting = [Job.Status.QUEUED, Job.Status.RUNNING]
    with transaction.atomic():
        # Two who ask at once are told the same job.
        Artifact.objects.select_for_update().get(pk=artifact.pk)
        same = Job.objects.filter(kind=EVALUATE, project_id=artifact.project_id, status__in=waiting)
        for job in same:
            if job.payload == payload and not job.cancel_requested:
                return job
        return jobs.create_job(
            EVALUATE,
            project_id=artifact.project_id,
            workspace_id=artifact.project.workspace_id,
            created_by=user,
            payload=payload,
            to="exports",
        )


def fits(artifact: Artifact, snapshot: Snapshot, split: str) -> None:
    """Raises Unusable where the artifact cannot be measured there."""
    if not snapshot.counts.get(split):
        raise Unusable(f"The split {split} of the snapshot has no images: choose another one.")
    theirs = [entry["name"] for entry in snapshot.classes if not entry.get("ignore")]
    mine = [label["name"] for label in artifact.classes if label["id"] is not None]
    if theirs != mine:
        raise Unusable(
            f"The snapshot has the classes {', '.join(theirs)}, the artifact knows {', '.join(mine)}: they "
            "must be the same, in the same order."
        )
