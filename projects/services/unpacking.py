"""Taking in, by a job, a large file or what is in a ZIP; an interrupted one is gone on with."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.models import User
from core.errors import NotFound, TesseraError
from core.jobs import JobHandle
from core.notes import MAX_NOTES, Notes
from projects import spool
from projects.archives import Source
from projects.models import Upload
from projects.services.assets import Outcome, add_asset, fate_of

# What a killed worker did since then is done again: found, and not added twice.
REMEMBER_SECONDS = 0.5


@dataclass
class _Done:
    """How far a job is, as its upload remembers it."""

    members: int = 0
    assets: int = 0
    duplicates: int = 0
    # Names and reasons, as many as are listed at the end; `refused` counts all.
    reasons: list[list[str]] = field(default_factory=list)
    refused: int = 0


def run_upload(job: JobHandle) -> dict[str, Any]:
    """Take in a large file, or what is in a ZIP, from where an earlier attempt was.

    Returns `{"assets", "duplicates", "skipped": [{"item", "reason"}]}`. Raises NotFound where the upload is
    gone, Unusable for an archive that cannot be opened.
    """
    upload = Upload.objects.select_related("project").filter(pk=job.payload["upload"]).first()
    user = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    if upload is None or user is None:
        raise NotFound("The upload is gone.")
    notes = Notes()
    done = _Done(**upload.options.get("done", {}))
    with Source(spool.path_of(upload.pk), upload.filename, notes) as source:
        members = media_in(source, notes) if source.is_archive else source.names
        remembered = time.monotonic()
        for number in range(done.members, len(members)):
            member = members[number]
            job.progress(number / len(members), f"{number + 1} of {len(members)}: {member}")
            outcome = _take(upload, user, source, member)
            _count(done, outcome)
            if not source.is_archive:
                Upload.objects.filter(pk=upload.pk).update(results=[fate_of(outcome)])
            elif time.monotonic() - remembered >= REMEMBER_SECONDS:
                upload.options["done"] = asdict(done)
                Upload.objects.filter(pk=upload.pk).update(options=upload.options)
                job.kept()
                remembered = time.monotonic()
    for item, reason in done.reasons:
        notes.add(item, reason)
    notes.count(done.refused - len(done.reasons))
    return {"assets": done.assets, "duplicates": done.duplicates, "skipped": notes.as_list()}


def _take(upload: Upload, user: User, source: Source, member: str) -> Outcome:
    name = member if source.is_archive else upload.filename
    try:
        with source.open(member) as file:
            return Outcome(member, add_asset(upload.project, name, file, created_by=user), "")
    except TesseraError as error:
        return Outcome(member, None, error.detail)


def _count(done: _Done, outcome: Outcome) -> None:
    done.members += 1
    if outcome.added is not None:
        done.assets += not outcome.added.is_duplicate
        done.duplicates += outcome.added.is_duplicate
        return
    done.refused += 1
    if len(done.reasons) < MAX_NOTES:
        done.reasons.append([outcome.name, outcome.error])


def media_in(source: Source, notes: Notes) -> list[str]:
    """The members that are pictures or videos by their names; the others are noted."""
    media = set(source.media())
    for name in source.names:
        if name not in media:
            notes.add(name, "is neither a picture nor a video by its name: it was left out")
    return [name for name in source.names if name in media]
