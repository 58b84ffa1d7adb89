"""Looking through a video once it is stored: how many frames it has, which ones, and what it looks like."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from core import jobs
from core.errors import Unusable
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from projects.models import Asset
from projects.services import pictures
from projects.services.announcing import announce
from projects.services.renditions import THUMBNAIL_SIZES, index_key, poster_key, store_thumbnail
from projects.services.talking import Died, Quiet, Talk

KIND = "projects.probe"
# Nothing decoded for so long: the file makes the decoder hang.
STALLED_SECONDS = 120.0
Progress = Callable[[float, str], None]
FACTS = ("frames", "width", "height", "fps", "frame_rate", "duration", "warning")


def prepare(asset: Asset, created_by: User | None) -> Job:
    """Queue the job that makes a stored video ready. Call it in the transaction that creates the asset."""
    return jobs.create_job(
        KIND,
        workspace_id=asset.project.workspace_id,
        project_id=asset.project_id,
        created_by=created_by,
        payload={"asset": str(asset.pk)},
        message=f"{asset.name} waits to be read",
    )


@transaction.atomic
def retry(asset: Asset, created_by: User | None) -> None:
    """Look again at a video that was rejected before, now that somebody has sent it once more."""
    rejected = Asset.objects.filter(pk=asset.pk, media=Asset.Media.VIDEO, status=Asset.Status.REJECTED)
    if rejected.update(status=Asset.Status.PROCESSING, error=""):
        asset.refresh_from_db()
        prepare(asset, created_by)
        announce(asset)


@transaction.atomic
def look_again(asset: Asset) -> None:
    """Have a ready video looked through once more, because what was derived from it is gone."""
    ready = Asset.objects.filter(pk=asset.pk, media=Asset.Media.VIDEO, status=Asset.Status.READY)
    if ready.update(status=Asset.Status.PROCESSING):
        asset.refresh_from_db()
        prepare(asset, None)
        announce(asset)


def run_probe(job: JobHandle) -> dict[str, Any]:
    """Do the job. Done again it finds the same. Raises Unusable with the reason why it is no usable video."""
    asset = Asset.objects.filter(pk=job.payload["asset"]).first()
    if asset is None or asset.status == Asset.Status.READY:
        return {}
    return make_ready(asset, job.progress)


def make_ready(asset: Asset, progress: Progress) -> dict[str, Any]:
    """Look through a stored video here and now, and make it ready. Raises Unusable as `run_probe` does."""
    with tempfile.TemporaryDirectory(prefix="probe-") as folder:
        facts = _probed(storage.path(asset.storage_key), Path(folder), progress)
        _store(asset.sha256, Path(folder))
    facts = {name: facts[name] for name in FACTS}
    with transaction.atomic():
        # Of copies in other projects each has its own job: this is about one row only.
        if not Asset.objects.filter(pk=asset.pk).update(status=Asset.Status.READY, error="", **facts):
            return {}
        asset.refresh_from_db()
        announce(asset)
    return {"asset": str(asset.pk), **facts}


def give_up(job: Job) -> None:
    """The video whose job did not succeed is rejected, by its name and with the reason."""
    reason = (job.error or {}).get("detail") or "Reading the video was cancelled; upload it again to retry."
    asset = Asset.objects.filter(pk=job.payload["asset"], status=Asset.Status.PROCESSING).first()
    if asset is None:
        return
    asset.status, asset.error = Asset.Status.REJECTED, reason[:500]
    asset.save(update_fields=["status", "error", "updated_at"])
    announce(asset)


def _probed(path: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    talk = Talk("projects.media.probing", [str(path), str(folder)])
    share, message, heard = 0.0, "Reading the video", time.monotonic()
    try:
        while True:
            progress(share, message)
            try:
                said = talk.line(1.0)
            except Quiet:
                if time.monotonic() - heard > STALLED_SECONDS:
                    raise Unusable("The video makes the decoder hang; it cannot be used.") from None
                continue
            heard = time.monotonic()
            if "error" in said:
                raise Unusable(said["error"])
            if "frames" in said:
                return said
            share, message = said["progress"], said["message"]
    except Died:
        raise Unusable("The video makes the decoder crash; it cannot be used.") from None
    finally:
        talk.close()


def _store(digest: str, folder: Path) -> None:
    poster = (folder / "poster.jpg").read_bytes()
    for side in THUMBNAIL_SIZES:
        store_thumbnail(digest, side, pictures.thumbnail(folder / "poster.jpg", side))
    storage.put(poster_key(digest), poster)
    with (folder / "index.npz").open("rb") as file:
        storage.put(index_key(digest), file)
