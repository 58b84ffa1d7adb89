"""Safetensors files that people upload to start a training from."""

from __future__ import annotations

import hashlib
import re
import uuid
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, Conflict, FieldError, TooLarge, Unavailable
from core.storage import storage
from projects.models import Project
from training.models import WeightFile
from training.safetensors_header import read_header
from training.services.origins import user_of
from training.weight_choice import FILE_NAME, WEIGHTS_ENDING

MOST_BYTES = 16 << 30
BLOCK = 1 << 20


def add_weight_file(
    principal: Principal, project: Project, file: IO[bytes], size: int, name: str
) -> WeightFile:
    """Keep a file under a name that a spec can give; what a name cannot hold becomes a hyphen.

    Raises TooLarge, UnsupportedMedia for anything but safetensors, Unusable for a damaged file, Conflict when
    the name is taken, Unavailable when the storage is full.
    """
    if size > MOST_BYTES:
        raise TooLarge(f"A weight file has at most {MOST_BYTES >> 30} GiB.")
    header = read_header(file, size)
    wanted = _named(name)
    if WeightFile.objects.filter(project=project, name=wanted).exists():
        raise _taken(wanted)
    row = WeightFile(
        id=uuid.uuid4(),
        project=project,
        name=wanted,
        sha256=_digest(file),
        size=size,
        tensors=header.tensors,
        parameters=header.parameters,
        created_by=principal.user,
    )
    row.storage_key = f"weights/{row.pk}.safetensors"
    file.seek(0)
    try:
        storage.put(row.storage_key, file)
    except OSError as error:
        raise Unavailable("The storage has no room for this file at the moment.") from error
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            detail = {"name": wanted, "sha256": row.sha256}
            audit(principal, "weights.upload", "weights", row.pk, project.workspace_id, detail)
    except BaseException as error:
        storage.delete(row.storage_key)
        if isinstance(error, IntegrityError):
            raise _taken(wanted) from error
        raise
    return row


def delete_weight_file(principal: Principal, weights: WeightFile) -> None:
    """Remove a file; raises Conflict while a run waits for it, works with it or may be made of it."""
    with transaction.atomic():
        locked = WeightFile.objects.select_for_update().get(pk=weights.pk)
        user = user_of(locked.project_id, [f"file:{locked.name}"])
        if user:
            raise Conflict(f"{user} starts from this file; wait for its end, or cancel it.")
        detail = {"name": locked.name}
        audit(principal, "weights.delete", "weights", locked.pk, weights.project.workspace_id, detail)
        locked.delete()


def weights_path(project: Project, name: str) -> Path | None:
    """A local file for `file:<name>`: uploaded to the project, else in the weights folder, else None."""
    row = WeightFile.objects.filter(project=project, name=name).first()
    if row is not None:
        return storage.path(row.storage_key)
    if not settings.TESSERA_WEIGHTS_DIR:
        return None
    path = Path(settings.TESSERA_WEIGHTS_DIR) / name
    return path if path.is_file() else None


def is_known(project: Project, name: str) -> bool:
    """Whether `file:<name>` names something here, without fetching it."""
    if WeightFile.objects.filter(project=project, name=name).exists():
        return True
    folder = settings.TESSERA_WEIGHTS_DIR
    return bool(folder) and (Path(folder) / name).is_file()


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _named(name: str) -> str:
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", name.strip()).lstrip("._-")
    if not FILE_NAME.fullmatch(cleaned) or not cleaned.endswith(WEIGHTS_ENDING):
        message = f"must end in {WEIGHTS_ENDING} and have at most 200 letters, digits, dots and hyphens"
        raise BadInput(f"name: {message}", [FieldError("name", message)])
    return cleaned


def _taken(name: str) -> Conflict:
    return Conflict(f"The project has a weight file named {name} already.", [FieldError("name", "is taken")])
