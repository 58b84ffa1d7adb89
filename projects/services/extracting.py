"""Frames of a video as images of their own, to be labelled as any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from django.db import transaction

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from core import jobs
from core.errors import BadInput, FieldError, NotFound
from core.jobs import JobHandle
from core.models import Job
from projects.models import Asset
from projects.services.assets import MAX_NAME, add_asset
from projects.services.frames import check_frames, index_of, read_jpegs
from projects.services.paging import extract_pages

KIND = "projects.extract"
MOST_FRAMES = 50_000
Carry = Callable[[Asset, int, Asset], None]


def extract_frames(
    principal: Principal,
    asset: Asset,
    every: float,
    unit: str = "seconds",
    first: int = 0,
    last: int | None = None,
) -> Job:
    """A job that makes images of every so many seconds or frames, from frame `first` to frame `last`; of a
    document or an animation, of every so many pages.

    Raises BadInput for what names no frame or too many, and as `check_frames` and `extract_pages` do.
    """
    if asset.media == Asset.Media.IMAGE:
        return extract_pages(principal, asset, every, first, last)
    check_frames(asset)
    end = (asset.frames or 0) - 1 if last is None else last
    if first > end or end >= (asset.frames or 0):
        message = f"the video has the frames 0 to {(asset.frames or 0) - 1}; from must not lie behind to"
        raise BadInput(errors=[FieldError("from" if first > end else "to", message)])
    count = len(chosen(asset, every, unit, first, end))
    if count > MOST_FRAMES:
        message = f"that would be {count} images, at most {MOST_FRAMES} are made at once"
        raise BadInput(errors=[FieldError("every", message)])
    payload = {"asset": str(asset.pk), "every": every, "unit": unit, "from": first, "to": end}
    audit(principal, "asset.extract", "asset", asset.pk, asset.project.workspace_id, payload)
    return jobs.create_job(
        KIND,
        workspace_id=asset.project.workspace_id,
        project_id=asset.project_id,
        created_by=principal.user,
        payload=payload,
        message=f"{count} frames of {asset.name} wait to be taken out",
    )


def chosen(asset: Asset, every: float, unit: str, first: int, last: int) -> list[int]:
    """The numbers of the frames: every n-th, or those shown at or first after every so many seconds."""
    if unit == "frames":
        return list(range(first, last + 1, max(1, round(every))))
    seconds = index_of(asset).seconds()
    if seconds[-1] < 0:  # frames without times are shown at the usual rate
        seconds = np.arange(len(seconds)) / (asset.fps or 25.0)
    # Times in a file are rounded to its ticks: a little too early is still in time.
    rounding = min(0.001, every / 2)
    spans = np.floor((seconds[first : last + 1] - seconds[first] + rounding) / every)
    begins = np.flatnonzero(np.diff(spans, prepend=-1.0) > 0)
    return [first + int(number) for number in begins]


def run_extraction(job: JobHandle, carry: Carry) -> dict[str, Any]:
    """Do the job: frames that are images already are left as they are, so that it can go on where it was.

    `carry(video, frame, image)` brings along what is known of a frame to its new image.
    """
    asset = Asset.objects.select_related("project").filter(pk=job.payload["asset"]).first()
    if asset is None:
        raise NotFound("The video is gone.")
    frames = chosen(asset, job.payload["every"], job.payload["unit"], job.payload["from"], job.payload["to"])
    taken = set(
        Asset.objects.filter(project=asset.project, metadata__video=str(asset.pk)).values_list(
            "metadata__frame", flat=True
        )
    )
    open_frames = [number for number in frames if number not in taken]
    if not open_frames:
        return {"created": 0, "skipped": len(frames), "duplicates": 0}
    seconds = index_of(asset).seconds()
    author = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    created = duplicates = 0
    for done, frame in enumerate(read_jpegs(asset, open_frames)):
        job.progress(done / len(open_frames), f"{done} of {len(open_frames)} frames")
        at = round(float(seconds[frame.number]), 6)
        metadata = {"video": str(asset.pk), "frame": frame.number, "seconds": at if at >= 0 else None}
        name = frame_name(asset.name, frame.number)
        # Both or neither: an image that is there is not looked at again.
        with transaction.atomic():
            added = add_asset(asset.project, name, frame.content, created_by=author, metadata=metadata)
            if not added.is_duplicate:
                carry(asset, frame.number, added.asset)
        duplicates += added.is_duplicate
        created += not added.is_duplicate
    job.progress(1.0, f"{len(open_frames)} of {len(open_frames)} frames")
    return {"created": created, "skipped": len(frames) - len(open_frames), "duplicates": duplicates}


def frame_name(video: str, number: int) -> str:
    """`street/night.mp4` and 123 give `street/night_000123.jpg`."""
    path = PurePosixPath(video)
    ending = f"_{number:06d}.jpg"
    return video.removesuffix(path.suffix)[: MAX_NAME - len(ending)] + ending
