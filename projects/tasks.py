"""The jobs of projects."""

from __future__ import annotations

from typing import Any

from core.jobs import JobHandle, handler
from core.leases import reaper
from projects.services import buckets, bulk, paging, probing, undoing, unpacking, uploading


# Decoding takes a core each: the others wait, so that short work does not.
@handler(probing.KIND, at_once=2, unsuccessful=probing.give_up)
def probe(job: JobHandle) -> dict[str, Any]:
    return probing.run_probe(job)


@handler(paging.KIND, at_once=1)
def extract_pages(job: JobHandle) -> dict[str, Any]:
    return paging.run_extraction(job)


@handler(uploading.KIND, at_once=2, unsuccessful=uploading.job_over)
def take_in(job: JobHandle) -> dict[str, Any]:
    return unpacking.run_upload(job)


@reaper("projects.uploads")
def forget_uploads() -> None:
    uploading.forget_now_and_then()


@handler(bulk.KIND)
def change_many(job: JobHandle) -> dict[str, Any]:
    return bulk.run_change(job)


@handler(undoing.KIND)
def undo_many(job: JobHandle) -> dict[str, Any]:
    return undoing.run_undo(job)


@handler(buckets.KIND, at_once=2)
def import_bucket(job: JobHandle) -> dict[str, Any]:
    return buckets.run_bucket_import(job)
