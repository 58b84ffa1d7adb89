"""Jobs that predict many images, or a video: asked for here, done by `bulk_work`."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.principals import Principal
from accounts.services import audit
from annotations.selectors import get_snapshot
from annotations.splitting import SPLITS
from core import jobs
from core.errors import BadInput, FieldError, NotFound, TooLarge
from core.models import Job
from core.storage import storage
from deployments.models import Deployment
from deployments.services.prediction import Query, check_answering
from training.checks import listed

KIND = "deployments.predict"
# Where the workspaces' own folders of images lie, and where jobs keep what they have done.
FOLDERS = "folders"
WORK = "predictions"
RESULT = "result.zip"
MOST_VIDEO_BYTES = 4 << 30
MOST_NAME = 500


def start_snapshot(
    principal: Principal,
    deployment: Deployment,
    snapshot_id: uuid.UUID,
    split: str | None,
    query: Query,
    overlays: bool,
) -> Job:
    """Predict the images of a snapshot, or of one split of it."""
    snapshot = get_snapshot(principal, snapshot_id)
    if snapshot.project.workspace_id != deployment.project.workspace_id:
        raise NotFound("The deployment's workspace has no snapshot of this id.")
    if split is not None and split not in SPLITS:
        raise _bad("split", f"must be one of {listed(SPLITS)}")
    if not (snapshot.counts.get(split or "assets") or 0):
        raise _bad("split" if split else "snapshot", "holds no images")
    source = {"kind": "snapshot", "snapshot": str(snapshot.pk), "split": split}
    return _start(principal, deployment, source, query, overlays)


def start_folder(
    principal: Principal, deployment: Deployment, name: str, query: Query, overlays: bool
) -> Job:
    """Predict the files below a folder of the workspace; raises BadInput for one that is not there."""
    prefix = folder_key(deployment.project.workspace_id, name)
    if next(iter(storage.keys(prefix)), None) is None:
        raise _bad("folder", f"there is no file below {prefix}/ in the platform's storage")
    return _start(principal, deployment, {"kind": "folder", "prefix": prefix}, query, overlays)


def start_video(
    principal: Principal,
    deployment: Deployment,
    file: IO[bytes],
    name: str,
    every: int,
    query: Query,
    overlays: bool,
) -> Job:
    """Keep a video and predict every `every`-th frame of it."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise _bad("video", "is empty")
    if size > MOST_VIDEO_BYTES:
        raise TooLarge(f"A video may have {MOST_VIDEO_BYTES >> 30} GB at most.")
    check_answering(deployment)
    folder = _new_folder()
    key = f"{folder}/video{PurePosixPath(name).suffix.lower()[:10]}"
    storage.put(key, file)
    source = {"kind": "video", "key": key, "name": name[:200], "every": every}
    return _start(principal, deployment, source, query, overlays, folder)


def folder_key(workspace_id: uuid.UUID, name: str) -> str:
    """Where a folder of a workspace lies in storage; raises BadInput for a name that leads elsewhere."""
    parts = name.split("/")
    odd = any(part in ("", ".", "..") or part.startswith(".") for part in parts)
    if odd or len(name) > MOST_NAME or "\\" in name or not name.isprintable():
        raise _bad("folder", "must be a path such as inbox or inbox/monday, without dots at its beginning")
    return f"{FOLDERS}/{workspace_id}/{name}"


def jobs_of(deployment: Deployment) -> QuerySet[Job]:
    """The prediction jobs of a deployment."""
    return Job.objects.filter(
        kind=KIND, project_id=deployment.project_id, payload__deployment=str(deployment.pk)
    )


def get_job(deployment: Deployment, job_id: uuid.UUID) -> Job:
    """One of them; raises NotFound."""
    job = jobs_of(deployment).filter(pk=job_id).first()
    if job is None:
        raise NotFound("The deployment has no job of this id.")
    return job


def result_key(job: Job) -> str:
    """Where the ZIP of a finished job lies in storage."""
    return f"{job.payload['folder']}/{RESULT}"


def _start(
    principal: Principal,
    deployment: Deployment,
    source: dict[str, Any],
    query: Query,
    overlays: bool,
    folder: str = "",
) -> Job:
    check_answering(deployment)
    payload = {
        "deployment": str(deployment.pk),
        "folder": folder or _new_folder(),
        "source": source,
        "query": query,
        "overlays": overlays,
    }
    with transaction.atomic():
        audit(
            principal,
            KIND,
            "deployment",
            deployment.pk,
            deployment.project.workspace_id,
            {"source": source["kind"]},
        )
        return jobs.create_job(
            KIND,
            project_id=deployment.project_id,
            workspace_id=deployment.project.workspace_id,
            created_by=principal.user,
            payload=payload,
        )


def _new_folder() -> str:
    return f"{WORK}/{uuid.uuid4()}"


def _bad(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}", [FieldError(field, message)])
