"""Stored pictures of what is gone, removed where no asset and no snapshot names them any more.

A project's deletion, and the emptying of a trash, write down what was named there and queue a job; the job
looks who else names it. What lies in a trash is named.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from annotations.manifest import read_manifest
from annotations.models import Snapshot
from core import jobs
from core.errors import NotFound
from core.jobs import JobHandle
from core.storage import storage
from projects.models import Asset, Project
from projects.services.blobs import hold_blobs

KIND = "annotations.sweep"
AT_ONCE = 20
_MANIFESTS = "snapshots/"


def remember_files(project: Project) -> None:
    """Queue the job that removes what only this project names. Call it before its rows go."""
    remember_names(project.workspace_id, _names(project))


def remember_names(workspace_id: uuid.UUID, names: Iterable[str]) -> None:
    """The same for some stored files."""
    key = f"sweeps/{uuid.uuid4()}"
    with tempfile.TemporaryFile() as file:
        for name in names:
            file.write(f"{name}\n".encode())
        if not file.tell():
            return
        file.seek(0)
        storage.put(key, file)
    jobs.create_job(KIND, workspace_id=workspace_id, payload={"key": key})


def _names(project: Project) -> Iterator[str]:
    assets = Asset.everything.filter(project=project).exclude(storage_key="")
    yield from assets.values_list("storage_key", flat=True).iterator()
    yield from Snapshot.objects.filter(project=project).values_list("storage_key", flat=True)


def run_sweep(job: JobHandle) -> dict[str, Any]:
    """Do a sweep. Done again from its start it finds less to do."""
    try:
        lines = storage.read(job.payload["key"]).decode().splitlines()
    except NotFound:
        return {"removed": 0}
    manifests = {line for line in lines if line.startswith(_MANIFESTS)}
    manifests -= set(Snapshot.objects.filter(storage_key__in=manifests).values_list("storage_key", flat=True))
    blobs = {line for line in lines if not line.startswith(_MANIFESTS)}
    for manifest in manifests:
        # Pictures of assets that were deleted before: only versions named them.
        blobs.update(_images(manifest))
    looked_at: set[uuid.UUID] = set()
    blobs -= _named_by_snapshots(blobs, looked_at, job)
    waiting = sorted(blobs)
    removed = 0
    for start in range(0, len(waiting), AT_ONCE):
        removed += _remove_unnamed(waiting[start : start + AT_ONCE], looked_at, job)
    for manifest in manifests:
        storage.delete(manifest)
    return {"removed": removed}


def _remove_unnamed(keys: list[str], looked_at: set[uuid.UUID], job: JobHandle) -> int:
    job.progress(0.5, "Removing pictures that nothing names")
    with transaction.atomic():
        hold_blobs()
        named = set(Asset.everything.filter(storage_key__in=keys).values_list("storage_key", flat=True))
        named |= _named_by_snapshots(set(keys), looked_at)
        for key in (gone := [key for key in keys if key not in named]):
            storage.delete(key)
            storage.delete_tree(key.replace("assets/", "derived/", 1))
    return len(gone)


def _named_by_snapshots(keys: set[str], looked_at: set[uuid.UUID], job: JobHandle | None = None) -> set[str]:
    """Which of the pictures the snapshots name that were not looked at before."""
    named: set[str] = set()
    rows = [row for row in Snapshot.objects.values_list("pk", "storage_key") if row[0] not in looked_at]
    for number, (pk, manifest) in enumerate(rows):
        if job:
            job.progress(0.5 * number / len(rows), "Looking at versions")
        named.update(keys.intersection(_images(manifest)))
        looked_at.add(pk)
    return named


def _images(manifest: str) -> Iterable[str]:
    try:
        _, assets = read_manifest(storage.path(manifest))
    except NotFound:
        return ()
    return (asset["image"] for asset in assets)
