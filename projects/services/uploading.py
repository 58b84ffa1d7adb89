"""Uploads in pieces: begun, filled, taken in when they are whole, forgotten when nobody goes on."""

from __future__ import annotations

import time
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.principals import Principal
from accounts.selectors import require
from core import jobs
from core.errors import BadInput, Conflict, FieldError, NotFound, TesseraError, TooLarge
from core.events import emit
from core.models import Job
from projects import spool
from projects.models import Project, Upload
from projects.services.assets import clean_name, fate_of, upload_assets

KIND = "projects.upload"
LASTS = timedelta(days=7)
FORGET_EVERY_SECONDS = 60.0
# As large as the archives that are opened.
MAX_LENGTH = 200 << 30
# A picture of at most so many bytes is taken in while its client waits for the answer to its last piece.
AT_ONCE_BYTES = 32 << 20
_OVER = {Job.Status.SUCCEEDED: "done", Job.Status.FAILED: "failed", Job.Status.CANCELLED: "failed"}

# What a floor above does with a whole file that is meant for it: it keeps the file, and gives the job.
Take = Callable[[Principal, Upload], Job]
Check = Callable[[dict[str, Any]], None]
_last = -FORGET_EVERY_SECONDS
_takers: dict[str, tuple[Check, Take]] = {}


def taker(purpose: str, check: Check) -> Callable[[Take], Take]:
    """Register who takes whole uploads of a purpose; `check` raises for options that cannot be followed."""

    def register(function: Take) -> Take:
        _takers[purpose] = (check, function)
        return function

    return register


def begin_upload(
    principal: Principal,
    project: Project,
    filename: str,
    length: int | None,
    purpose: str = Upload.Purpose.ASSETS,
    options: dict[str, Any] | None = None,
    metadata: str = "",
) -> Upload:
    """A place for a file to come. Raises Forbidden, BadInput, TooLarge or Unusable for a bad name."""
    require(principal, project.workspace_id, "manage" if purpose == Upload.Purpose.IMPORT else "annotate")
    check_length(length)
    if purpose in _takers:
        _takers[purpose][0](options or {})
    elif purpose != Upload.Purpose.ASSETS:
        message = f"choose one of {', '.join(Upload.Purpose.values)}"
        raise BadInput(errors=[FieldError("purpose", message)])
    upload = Upload(
        project=project,
        created_by=principal.user,
        filename=clean_name(filename),
        length=length,
        purpose=purpose,
        options=options or {},
        metadata=metadata,
    )
    spool.make(upload.pk)
    upload.save()
    return upload


def check_length(length: int | None) -> None:
    if length is not None and length > MAX_LENGTH:
        raise TooLarge(f"The file is larger than {MAX_LENGTH >> 30} GB.")


def get_upload(principal: Principal, upload_id: uuid.UUID) -> Upload:
    """One's own upload; raises NotFound for any other, and where one may no longer send to its project."""
    mine = Upload.objects.select_related("project", "job", "created_by")
    upload = mine.filter(pk=upload_id, created_by=principal.user).first()
    if upload is None:
        raise NotFound("There is no such upload, or it was given up long ago.")
    require(principal, upload.project.workspace_id, "annotate")
    return upload


def uploads_of(principal: Principal, project: Project, status: str | None = None) -> QuerySet[Upload]:
    """One's own uploads to a project, of a status where one is given; raises BadInput for an unknown one."""
    uploads = Upload.objects.select_related("job").filter(project=project, created_by=principal.user)
    if not status:
        return uploads
    if status not in Upload.State.values:
        message = f"choose one of {', '.join(Upload.State.values)}"
        raise BadInput(errors=[FieldError("status", message)])
    of_jobs = [job for job, state in _OVER.items() if state == status]
    by_job = Q(job__status__in=of_jobs)
    if status == Upload.State.PROCESSING:
        by_job = Q(job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    return uploads.filter(Q(job=None, state=status) | by_job)


def state_of(upload: Upload) -> str:
    """What its job says, where it has one."""
    if upload.job is not None:
        return _OVER.get(Job.Status(upload.job.status), Upload.State.PROCESSING)
    return upload.state


def declare_length(upload: Upload, length: int) -> None:
    """Say how long a file is whose length was not known. Raises Conflict where another was said before."""
    check_length(length)
    if not Upload.objects.filter(pk=upload.pk, length=None).update(length=length) and upload.length != length:
        raise Conflict(f"This upload is {upload.length} bytes long; that cannot change.")
    upload.length = length


def touch(upload: Upload) -> None:
    """Something arrived: it is kept for another while."""
    Upload.objects.filter(pk=upload.pk).update(updated_at=timezone.now())


def take_in(principal: Principal, upload: Upload) -> Upload:
    """Make of a whole file what it is meant for: at once where that is quick, else by a job.

    Once only, however many say that the last byte is there. What is wrong with the file ends up in `error`
    or in the results, and is not raised.
    """
    receiving = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING)
    if not receiving.update(state=Upload.State.PROCESSING, updated_at=timezone.now()):
        upload.refresh_from_db()
        return upload
    try:
        if upload.purpose in _takers:
            _give(upload, _takers[upload.purpose][1](principal, upload))
            spool.remove(upload.pk)
        elif _is_quick(upload):
            with spool.path_of(upload.pk).open("rb") as file:
                (outcome,) = upload_assets(principal, upload.project, [(upload.filename, file)])
            _end(upload, [fate_of(outcome)], outcome.error)
        else:
            _give(upload, _queue(upload))
    except TesseraError as error:
        _end(upload, [], error.detail)
    except BaseException:
        # Let the client, or the next attempt, say once more that all is there.
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.RECEIVING)
        raise
    return upload


def _is_quick(upload: Upload) -> bool:
    path = spool.path_of(upload.pk)
    return path.stat().st_size <= AT_ONCE_BYTES and not zipfile.is_zipfile(path)


def _queue(upload: Upload) -> Job:
    return jobs.create_job(
        KIND,
        workspace_id=upload.project.workspace_id,
        project_id=upload.project_id,
        created_by=upload.created_by,
        payload={"upload": str(upload.pk)},
        message=f"{upload.filename} waits to be taken in",
    )


def _give(upload: Upload, job: Job) -> None:
    upload.job = job
    upload.save(update_fields=["job", "updated_at"])
    _tell(upload)


def _end(upload: Upload, results: list[dict[str, Any]], error: str) -> None:
    upload.results, upload.error = results, error[:500]
    upload.state = Upload.State.FAILED if error else Upload.State.DONE
    upload.save(update_fields=["state", "results", "error", "updated_at"])
    spool.remove(upload.pk)
    _tell(upload)


@transaction.atomic
def _tell(upload: Upload) -> None:
    body = {"id": str(upload.pk), "filename": upload.filename, "status": state_of(upload)}
    emit(f"project:{upload.project_id}", "upload", {"upload": body})


def job_over(job: Job) -> None:
    """An upload's job ended without success: its bytes are not needed any more."""
    spool.remove(uuid.UUID(job.payload["upload"]))


def cancel_upload(upload: Upload) -> None:
    """Give an upload up. Raises Conflict where its job works on it already."""
    if upload.job is not None and upload.job.status in (Job.Status.QUEUED, Job.Status.RUNNING):
        raise Conflict("All of it has arrived, and it is being taken in: cancel its job instead.")
    spool.remove(upload.pk)
    upload.delete()


def forget_now_and_then() -> None:
    """For the ticker, which calls every second: look at most once a minute."""
    global _last
    if time.monotonic() - _last >= FORGET_EVERY_SECONDS:
        _last = time.monotonic()
        forget_old()


def forget_old() -> None:
    """Remove uploads to which nothing came for a week, and files that belong to none."""
    before = timezone.now() - LASTS
    for upload in Upload.objects.filter(updated_at__lt=before).exclude(
        job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING]
    ):
        spool.remove(upload.pk)
        upload.delete()
    over = Upload.objects.filter(
        job__status__in=[Job.Status.SUCCEEDED, Job.Status.FAILED, Job.Status.CANCELLED]
    )
    for key in over.values_list("pk", flat=True):
        spool.remove(key)
