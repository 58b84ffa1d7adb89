"""Taking images and videos in, changing what is known of them, and removing them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.principals import Principal
from core.errors import Conflict, FieldError, TooLarge, Unusable
from core.storage import storage
from projects.media.kinds import HEAD_BYTES, video_type
from projects.models import Asset, Project
from projects.services import pictures, review
from projects.services.announcing import announce
from projects.services.blobs import hold_blobs
from projects.services.probing import prepare, retry
from projects.services.renditions import THUMBNAIL_SIZES, store_thumbnail

MAX_FILE_BYTES = 512 << 20
MAX_VIDEO_BYTES = 16 << 30
MAX_NAME = 255
MAX_AT_ONCE = 10_000
BLOCK = 1 << 20
REVIEWED = ("review", *review.PEOPLE)


class Added(NamedTuple):
    """What became of one file: the asset, and whether its content was there before."""

    asset: Asset
    is_duplicate: bool


class Outcome(NamedTuple):
    """One uploaded file's fate; without an asset, `error` says why it was not taken."""

    name: str
    added: Added | None
    error: str


def upload_assets(
    principal: Principal, project: Project, files: Iterable[tuple[str, IO[bytes]]]
) -> list[Outcome]:
    """Take each file by itself: one that is refused does not keep the others out."""
    outcomes = []
    for name, file in files:
        try:
            outcomes.append(Outcome(name, add_asset(project, name, file, created_by=principal.user), ""))
        except (Unusable, TooLarge) as error:
            outcomes.append(Outcome(name, None, error.detail))
    return outcomes


def fate_of(outcome: Outcome) -> dict[str, Any]:
    """What became of a file, as answers show it."""
    if outcome.added is None:
        fate = dict.fromkeys(("id", "width", "height", "sha256", "duplicate_of"))
        return {
            **fate,
            "name": outcome.name,
            "file": outcome.name,
            "status": "rejected",
            "media": None,
            "error": outcome.error,
        }
    asset = outcome.added.asset
    return {
        "id": str(asset.pk),
        "name": asset.name,
        "file": outcome.name,
        "status": asset.status,
        "media": asset.media,
        "width": asset.width,
        "height": asset.height,
        "sha256": asset.sha256,
        "error": asset.error or None,
        "duplicate_of": str(asset.pk) if outcome.added.is_duplicate else None,
    }


def add_asset(
    project: Project,
    name: str,
    content: IO[bytes] | bytes,
    *,
    created_by: User | None = None,
    split: str | None = None,
    tags: Sequence[str] = (),
    metadata: dict[str, Any] | None = None,
) -> Added:
    """Take one image or video in. Raises Unusable or TooLarge with the reason, and keeps nothing of it then.

    Bytes that the project has already give the asset they belong to. A name that another asset has gets a
    number: `photo.jpg` becomes `photo (2).jpg`. A video is looked through by a job: until then it is
    `processing`, and it is rejected where nothing of it can be decoded.
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    name = clean_name(name)
    kind = _video_type(project, file)
    digest, size = _digest(file, MAX_VIDEO_BYTES if kind else MAX_FILE_BYTES)
    if known := Asset.objects.filter(project=project, sha256=digest).first():
        retry(known, created_by)
        return Added(known, True)
    facts = _video(kind) if kind else _picture(file, digest)
    key = f"assets/{digest[:2]}/{digest}"
    if not storage.exists(key):
        file.seek(0)
        storage.put(key, file)
    with transaction.atomic():
        # One file at a time a project: two copies of a picture arriving together are found out.
        Project.objects.select_for_update().get(pk=project.pk)
        if known := Asset.objects.filter(project=project, sha256=digest).first():
            return Added(known, True)
        hold_blobs()
        if not storage.exists(key):
            # It was there, and went with the last project that named it.
            file.seek(0)
            storage.put(key, file)
        asset = Asset.objects.create(
            project=project,
            name=free_name(project, name),
            size=size,
            sha256=digest,
            storage_key=key,
            split=split,
            tags=sorted(set(tags)),
            created_by=created_by,
            **{**facts, "metadata": {**facts.get("metadata", {}), **(metadata or {})}},
        )
        if kind:
            prepare(asset, created_by)
        announce(asset)
    return Added(asset, False)


def clean_name(name: str) -> str:
    """A file's name as assets bear it: relative, with forward slashes, printable; raises Unusable."""
    printable = "".join(letter for letter in name.replace("\\", "/") if letter.isprintable())
    parts = [part for part in PurePosixPath(printable).parts if part not in ("/", "..", ".")]
    cleaned = "/".join(parts).strip()
    if not cleaned:
        raise Unusable("The file has no name.")
    if len(cleaned) > MAX_NAME:
        raise Unusable(f"The file's name is longer than {MAX_NAME} letters.")
    return cleaned


def free_name(project: Project, name: str) -> str:
    """The name, numbered where another asset of the project has it."""
    taken = Asset.objects.filter(project=project)
    if not taken.filter(name=name).exists():
        return name
    path = PurePosixPath(name)
    number = 2
    while True:
        ending = f" ({number}){path.suffix}"
        candidate = name.removesuffix(path.suffix)[: MAX_NAME - len(ending)] + ending
        if not taken.filter(name=candidate).exists():
            return candidate
        number += 1


@transaction.atomic
def update_asset(principal: Principal, asset: Asset, **fields: Any) -> Asset:
    """Change name, split, tags, review state (with a `note` on why), assignee or reviewer.

    Raises Conflict where another asset has the name, Forbidden where the step takes another role.
    """
    note = fields.pop("note", "")
    if "name" in fields:
        fields["name"] = clean_name(fields["name"])
        # As in `add_asset`: two who take a name at the same moment are found out.
        Project.objects.select_for_update().get(pk=asset.project_id)
        others = Asset.objects.filter(project_id=asset.project_id, name=fields["name"]).exclude(pk=asset.pk)
        if others.exists():
            message = f"Another asset is named {fields['name']!r}."
            raise Conflict(message, [FieldError("name", message)])
    (asset,) = _locked(Asset.objects.filter(pk=asset.pk))
    events = review.apply(principal, [asset], fields, note)
    for field, value in _normal(fields).items():
        if field not in REVIEWED:
            setattr(asset, field, value)
    asset.save(update_fields=[*fields, "updated_at"])
    announce(asset)
    review.record(principal, events)
    return asset


def _locked(assets: QuerySet[Asset]) -> list[Asset]:
    """The assets with their people, nobody else writing to them until commit."""
    people = assets.select_related("project", "assignee", "reviewer")
    return list(people.select_for_update(of=("self",)).order_by("pk"))


def _normal(fields: dict[str, Any]) -> dict[str, Any]:
    if "tags" in fields:
        fields["tags"] = sorted(set(fields["tags"]))
    return fields


def _digest(file: IO[bytes], most: int) -> tuple[str, int]:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
        if size > most:
            raise TooLarge(f"The file is larger than {most >> 20} MB.")
    if not size:
        raise Unusable("The file is empty.")
    return digest.hexdigest(), size


def _video_type(project: Project, file: IO[bytes]) -> str | None:
    """The content type of a video, None of an image; raises Unusable where the project takes no video."""
    file.seek(0)
    kind = video_type(file.read(HEAD_BYTES))
    if kind and project.media == Project.Media.IMAGE:
        raise Unusable(
            "The file is a video, and this project takes images: upload it to a project made for videos or "
            "for both. Frames can be taken out of it there."
        )
    return kind


def _video(kind: str) -> dict[str, Any]:
    return {
        "media": Asset.Media.VIDEO,
        "status": Asset.Status.PROCESSING,
        "content_type": kind,
        # What is shown as the picture of it is its first frame.
        "displayable": False,
    }


def _picture(file: IO[bytes], digest: str) -> dict[str, Any]:
    """What an image's columns say; leaves its thumbnail. Raises Unusable."""
    facts, thumbnail = pictures.look(file, THUMBNAIL_SIZES[1])
    store_thumbnail(digest, THUMBNAIL_SIZES[1], thumbnail)
    facts["metadata"] = {"camera": camera} if (camera := facts.pop("camera")) else {}
    if (pages := facts.pop("pages")) > 1:
        facts["metadata"]["pages"] = pages
        facts["warning"] = f"It has {pages} pages or frames: the first is the picture."
    return facts
