"""Taking a prefix of a bucket into a project: begun, stopped, and gone on with where it was."""

from __future__ import annotations

import fnmatch
import hashlib
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.principals import Principal
from accounts.selectors import may, require
from accounts.services import audit
from core import jobs
from core.errors import (
    BadInput,
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    TooLarge,
    Unavailable,
    Unusable,
)
from core.jobs import JobHandle
from core.models import Job
from core.notes import MAX_NOTES
from core.sealed import seal, unseal
from projects.archives import IMAGE_ENDINGS, VIDEO_ENDINGS
from projects.models import BucketImport, BucketObject, Project
from projects.services.assets import MAX_FILE_BYTES, MAX_VIDEO_BYTES, add_asset

KIND = "projects.bucket"
AT_ONCE = 1000
_OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
_COUNTED = ("assets", "duplicates", "known", "ignored", "refused")
_REASONS = {
    "NoSuchBucket": "There is no bucket of this name there.",
    "AccessDenied": "The bucket does not let these credentials in.",
    "403": "The bucket does not let these credentials in.",
    "InvalidAccessKeyId": "The access key is not known there.",
    "SignatureDoesNotMatch": "The secret key does not belong to the access key.",
}


def start_bucket_import(
    principal: Principal,
    project: Project,
    url: str,
    endpoint: str = "",
    region: str = "",
    access_key: str = "",
    secret_key: str = "",
    include: str = "",
) -> BucketImport:
    """Queue the job that takes in what lies below `s3://bucket/prefix`. Raises BadInput naming the field, and
    Forbidden for an endpoint that the caller may not choose.

    Without keys the bucket is asked as anybody may: never with the platform's own credentials.
    """
    require(principal, project.workspace_id, "manage")
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise BadInput(errors=[FieldError("url", "give it as s3://bucket/prefix")])
    if bool(access_key) != bool(secret_key):
        missing = "secret_key" if access_key else "access_key"
        raise BadInput(errors=[FieldError(missing, "give both keys, or neither for an open bucket")])
    _check_endpoint(principal, project, endpoint)
    keys = {"access_key": access_key, "secret_key": secret_key}
    row = BucketImport(
        project=project,
        created_by=principal.user,
        bucket=parts.netloc,
        prefix=parts.path.lstrip("/"),
        endpoint=endpoint,
        region=region,
        include=include,
        credentials=seal(keys) if access_key else "",
    )
    row.save()
    detail = {"bucket": row.bucket, "prefix": row.prefix, "endpoint": endpoint}
    audit(principal, "bucket.import", "project", project.pk, project.workspace_id, detail)
    return _queue(principal, row)


def _check_endpoint(principal: Principal, project: Project, endpoint: str) -> None:
    """Whoever runs the workspace may ask any server; others only those that the platform's owner lists, or
    they could look round in the network behind it."""
    if not endpoint:
        return
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(errors=[FieldError("endpoint", "give the address of a server, such as https://…")])
    if endpoint in settings.TESSERA_BUCKET_ENDPOINTS or may(principal, project.workspace_id, "admin"):
        return
    raise Forbidden("Ask an administrator: only they may import from servers that are not listed.")


def imports_of(principal: Principal, project: Project) -> QuerySet[BucketImport]:
    require(principal, project.workspace_id, "manage")
    return BucketImport.objects.filter(project=project).select_related("job")


def get_bucket_import(principal: Principal, key: uuid.UUID) -> BucketImport:
    """Raises NotFound or Forbidden."""
    row = BucketImport.objects.select_related("project", "job").filter(pk=key).first()
    if row is None:
        raise NotFound()
    require(principal, row.project.workspace_id, "manage")
    return row


def resume(principal: Principal, row: BucketImport) -> BucketImport:
    """Go on where the last job stopped; once all was done, look for what is new. Raises Conflict while a job
    is at it."""
    if row.job is not None and row.job.status in _OPEN:
        raise Conflict("It is being imported at the moment.")
    if row.job is not None and row.job.status == Job.Status.SUCCEEDED:
        row.last_key, row.counts, row.skipped = "", {}, []
        row.save(update_fields=["last_key", "counts", "skipped", "updated_at"])
    return _queue(principal, row)


@transaction.atomic
def _queue(principal: Principal, row: BucketImport) -> BucketImport:
    row.job = jobs.create_job(
        KIND,
        workspace_id=row.project.workspace_id,
        project_id=row.project_id,
        created_by=principal.user,
        payload={"bucket_import": str(row.pk)},
        message=f"s3://{row.bucket}/{row.prefix} waits to be read",
    )
    row.save(update_fields=["job", "updated_at"])
    return row


def run_bucket_import(job: JobHandle) -> dict[str, Any]:
    """Do the job: what was done by earlier ones is not done again."""
    row = BucketImport.objects.select_related("project").filter(pk=job.payload["bucket_import"]).first()
    user = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    if row is None or user is None:
        raise NotFound("The import is gone.")
    row.counts = {name: row.counts.get(name, 0) for name in _COUNTED}
    client = _client(row)
    for batch in _listed(client, row):
        known = _known(row, batch)
        for entry in batch:
            done = sum(row.counts.values())
            # How many there are nobody knows before the end: the bar comes nearer to it.
            job.progress(1 - 1 / (1 + done / 1000), f"{row.counts['assets']} new: {entry['Key']}")
            _take(client, row, user, entry, known.get(_place(row, entry["Key"])))
            row.last_key = entry["Key"]
            row.save(update_fields=["last_key", "counts", "skipped", "updated_at"])
        job.kept()
    return {**row.counts, "skipped": row.skipped}


def _take(client: Any, row: BucketImport, user: User, entry: dict[str, Any], known: str | None) -> None:
    key, etag = entry["Key"], str(entry.get("ETag", "")).strip('"')
    if not _wanted(row, key):
        row.counts["ignored"] += 1
        return
    if known == etag:
        row.counts["known"] += 1
        return
    try:
        with _fetched(client, row, entry) as file:
            name = key.removeprefix(row.prefix).lstrip("/") or key
            added = add_asset(row.project, name, file, created_by=user)
    except (Unusable, TooLarge) as error:
        row.counts["refused"] += 1
        if len(row.skipped) < MAX_NOTES:
            row.skipped.append({"item": key, "reason": error.detail})
        return
    row.counts["duplicates" if added.is_duplicate else "assets"] += 1
    BucketObject.objects.update_or_create(
        project=row.project, place=_place(row, key), defaults={"etag": etag}
    )


def _wanted(row: BucketImport, key: str) -> bool:
    if PurePosixPath(key).suffix.lower() not in IMAGE_ENDINGS | VIDEO_ENDINGS:
        return False
    name = key.removeprefix(row.prefix).lstrip("/")
    return not row.include or fnmatch.fnmatchcase(name, row.include)


def _known(row: BucketImport, batch: list[dict[str, Any]]) -> dict[str, str]:
    places = [_place(row, entry["Key"]) for entry in batch]
    found = BucketObject.objects.filter(project=row.project, place__in=places)
    return dict(found.values_list("place", "etag"))


def _place(row: BucketImport, key: str) -> str:
    return hashlib.sha256("\0".join((row.endpoint, row.bucket, key)).encode()).hexdigest()


def _client(row: BucketImport) -> Any:
    keys = unseal(row.credentials) if row.credentials else {}
    return boto3.session.Session().client(
        "s3",
        endpoint_url=row.endpoint or None,
        region_name=row.region or "us-east-1",
        aws_access_key_id=keys.get("access_key"),
        aws_secret_access_key=keys.get("secret_key"),
        config=Config(
            signature_version=None if keys else UNSIGNED,
            connect_timeout=10,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
        ),
    )


def _listed(client: Any, row: BucketImport) -> Iterator[list[dict[str, Any]]]:
    """Objects behind the last one done, in the order of their keys, some hundred at a time."""
    after = row.last_key
    while True:
        with _explained():
            answer = client.list_objects_v2(
                Bucket=row.bucket, Prefix=row.prefix, StartAfter=after, MaxKeys=AT_ONCE
            )
        found = answer.get("Contents", [])
        if not found:
            return
        yield found
        after = found[-1]["Key"]


@contextmanager
def _fetched(client: Any, row: BucketImport, entry: dict[str, Any]) -> Iterator[IO[bytes]]:
    """An object as a local file. Raises Unusable."""
    video = PurePosixPath(entry["Key"]).suffix.lower() in VIDEO_ENDINGS
    most = MAX_VIDEO_BYTES if video else MAX_FILE_BYTES
    if entry["Size"] > most:
        raise Unusable(f"The file is larger than {most >> 20} MB.")
    with tempfile.NamedTemporaryFile(prefix="tessera-bucket-") as file:
        with _explained():
            client.download_fileobj(row.bucket, entry["Key"], file)
        yield file


@contextmanager
def _explained() -> Iterator[None]:
    """What the other side refuses is Unusable, with a reason that somebody can act on. Where the way there is
    broken the whole import stops, to go on later: that is Unavailable."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise Unusable(_REASONS.get(code) or f"The bucket answers: {code}.") from error
    except BotoCoreError as error:
        raise Unavailable(f"The bucket cannot be reached: {error}") from error
