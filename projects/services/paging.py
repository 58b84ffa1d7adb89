"""Pages of documents and frames of animations as images of their own, to be labelled as any other."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from accounts.models import User
from accounts.principals import Principal
from accounts.services import audit
from core import jobs
from core.errors import BadInput, FieldError, NotFound, Unusable
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from projects.models import Asset
from projects.services import pictures
from projects.services.assets import MAX_NAME, add_asset

KIND = "projects.extract_pages"
# Animations are decoded from their beginning for every page.
MOST_PAGES = 5_000


def extract_pages(principal: Principal, asset: Asset, every: float, first: int, last: int | None) -> Job:
    """A job that makes PNG images of every so many pages, from page `first` to page `last`, counted from 1.

    Raises Unusable where there is one page only, BadInput for what names no page or too many.
    """
    pages = pages_of(asset)
    if pages < 2:
        raise Unusable(f"{asset.name} has one page only: it is the picture already.")
    first, end = max(first, 1), last or pages
    if first > end or end > pages:
        message = f"it has the pages 1 to {pages}; from must not lie behind to"
        raise BadInput(errors=[FieldError("from" if first > end else "to", message)])
    step = max(1, round(every))
    count = len(range(first, end + 1, step))
    if count > MOST_PAGES:
        message = f"that would be {count} images, at most {MOST_PAGES} are made at once"
        raise BadInput(errors=[FieldError("every", message)])
    payload = {"asset": str(asset.pk), "every": step, "from": first, "to": end}
    audit(principal, "asset.extract", "asset", asset.pk, asset.project.workspace_id, payload)
    return jobs.create_job(
        KIND,
        workspace_id=asset.project.workspace_id,
        project_id=asset.project_id,
        created_by=principal.user,
        payload=payload,
        message=f"{count} pages of {asset.name} wait to be taken out",
    )


def pages_of(asset: Asset) -> int:
    """How many pages or frames its file has."""
    return int(asset.metadata.get("pages", 1))


def run_extraction(job: JobHandle) -> dict[str, Any]:
    """Do the job: pages that are images already are left as they are, so that it can go on where it was. A
    damaged page is named and the others are taken.
    """
    asset = Asset.objects.select_related("project").filter(pk=job.payload["asset"]).first()
    if asset is None:
        raise NotFound("The image is gone.")
    asked = range(job.payload["from"], job.payload["to"] + 1, job.payload["every"])
    made = Asset.objects.filter(project=asset.project, metadata__document=str(asset.pk))
    taken = set(made.values_list("metadata__page", flat=True))
    author = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    path = storage.path(asset.storage_key)
    created = duplicates = 0
    failed: list[dict[str, str]] = []
    missing = [number for number in asked if number not in taken]
    for done, number in enumerate(missing):
        job.progress(done / len(missing), f"{done} of {len(missing)} pages")
        name = page_name(asset.name, number)
        metadata = {"document": str(asset.pk), "page": number}
        try:
            content = pictures.page(path, number - 1)
            added = add_asset(asset.project, name, content, created_by=author, metadata=metadata)
        except Unusable as error:
            failed.append({"item": name, "reason": error.detail})
            continue
        duplicates += added.is_duplicate
        created += not added.is_duplicate
    job.progress(1.0, f"{len(missing)} of {len(missing)} pages")
    skipped = len(asked) - len(missing)
    return {"created": created, "skipped": skipped, "duplicates": duplicates, "failed": failed}


def page_name(document: str, number: int) -> str:
    """`scans/plan.tif` and 2 give `scans/plan_p0002.png`."""
    ending = f"_p{number:04d}.png"
    return document.removesuffix(PurePosixPath(document).suffix)[: MAX_NAME - len(ending)] + ending
