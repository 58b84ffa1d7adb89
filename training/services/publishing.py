"""Kept checkpoints on their way from the run folder into storage and the artifact table.

Uploads run in one thread beside the watch over the child, so that a large model or a slow store delays
neither a cancel nor the lease; rows are written by the watching thread alone.
"""

from __future__ import annotations

import json
import logging
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import RestrictedError

from core.storage import storage
from training.evaluation_models import scores_key
from training.models import Artifact, Run
from training.records import Kept, kept_of
from training.serializers import artifact_event
from training.services import evaluations
from training.services.origins import artifacts_spoken, user_of

logger = logging.getLogger(__name__)

Key = tuple[str, int]
Item = tuple[str, dict[str, Any], int | None]

# What of an artifact's folder is no part of the bundle, beside its predictions.
MEASURED = ("evaluation.json", "scores.npz")


@dataclass(frozen=True)
class Stored:
    """What an upload brought: the bundle's own words, and the evaluation where there is one already."""

    id: uuid.UUID
    kept: Kept
    bundle: dict[str, Any]
    size: int
    evaluation: dict[str, Any] | None
    stamp: int


class Publisher:
    """Keeps the artifact table equal to `artifacts/index.json`."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self.folder = folder / "artifacts"
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="artifacts")
        self._wanted: dict[Key, Kept] = {}
        self._announced = False
        self._uploads: dict[Key, Future[Stored | None]] = {}
        self._ids: dict[Key, uuid.UUID] = {(a.name, a.step): a.pk for a in run.artifacts.all()}
        self._stamps: dict[Key, int] = {}
        self._dropped: list[Key] = []
        self.failure = ""

    def want(self, index: list[Any]) -> None:
        """Take a new state of the index."""
        kept = [entry for entry in map(kept_of, index) if entry]
        self._wanted = {(entry.name, entry.step): entry for entry in kept}
        self._announced = True
        self.refresh()

    def refresh(self) -> None:
        """Start uploading what is new, and evaluations that were written since."""
        for key, kept in self._wanted.items():
            stamp = _stamp(self.folder / kept.name / "evaluation.json")
            if key in self._uploads or (key in self._ids and stamp == self._stamps.get(key, 0)):
                continue
            known = self._ids.get(key)
            self._uploads[key] = self._pool.submit(
                _upload, self.folder, self.run.snapshot_id, kept, known or uuid.uuid4(), not known
            )

    @property
    def idle(self) -> bool:
        return not self._uploads and not self._announced

    def done(self) -> list[Stored | None]:
        """Uploads that ended, and None where only the index changed; `record` writes them."""
        ended: list[Stored | None] = [None] if self._announced else []
        for key, future in list(self._uploads.items()):
            if not future.done():
                continue
            stored = self._result(future)
            if stored is None:
                # The child replaced or dropped it meanwhile, or the store refused it: the next index, or
                # the settling at the end, tries again.
                del self._uploads[key]
            else:
                ended.append(stored)
        return ended

    def missing(self) -> list[str]:
        """Names of artifacts that the child kept and the store did not take."""
        return [name for name, step in self._wanted if (name, step) not in self._ids]

    def _result(self, future: Future[Stored | None]) -> Stored | None:
        try:
            return future.result()
        except Exception as error:
            logger.exception("run %s: an artifact could not be stored", self.run.pk)
            self.failure = f"{type(error).__name__}: {error}"
            return None

    def record(self, done: list[Stored | None]) -> list[Item]:
        """Write the rows within the caller's transaction; returns the events to emit."""
        if not done:
            return []
        items: list[Item] = []
        for stored in done:
            if stored is not None:
                artifact = self._save(stored)
                items.append(("checkpoint", {"artifact": artifact_event(artifact)}, None))
        items.extend(self._follow_index())
        return items

    def written(self, done: list[Stored | None]) -> None:
        """What `record` wrote is committed."""
        if not done:
            return
        self._announced = False
        for stored in done:
            if stored is not None:
                key = (stored.kept.name, stored.kept.step)
                self._uploads.pop(key, None)
                self._ids[key] = stored.id
                self._stamps[key] = stored.stamp
        for key in self._dropped:
            self._ids.pop(key, None)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _save(self, stored: Stored) -> Artifact:
        kept, bundle = stored.kept, stored.bundle
        lineage = {
            **bundle.get("lineage", {}),
            "run": str(self.run.pk),
            "snapshot": str(self.run.snapshot_id),
        }
        artifact, _ = Artifact.objects.update_or_create(
            pk=stored.id,
            defaults={
                "run": self.run,
                "project_id": self.run.project_id,
                "name": kept.name,
                "step": kept.step,
                "epoch": kept.epoch,
                "strategies": list(kept.strategies),
                "metrics": kept.metrics,
                "storage_prefix": _prefix(stored.id),
                "size": stored.size,
                "architecture": bundle["architecture"],
                "variant": bundle["variant"],
                "input_size": bundle["preprocessing"]["size"],
                "classes": bundle["labels"],
                "lineage": lineage,
            },
        )
        if stored.evaluation is not None:
            evaluations.record(artifact, self.run.snapshot_id, "val", stored.evaluation)
        return artifact

    def _follow_index(self) -> list[Item]:
        items: list[Item] = []
        self._dropped = []
        for artifact in self.run.artifacts.all():
            kept = self._wanted.get((artifact.name, artifact.step))
            if kept is None:
                self._drop(artifact)
            elif artifact.strategies != list(kept.strategies):
                artifact.strategies = list(kept.strategies)
                artifact.save(update_fields=["strategies", "updated_at"])
                items.append(("checkpoint", {"artifact": artifact_event(artifact)}, None))
        return items

    def _drop(self, artifact: Artifact) -> None:
        """Forget what the run no longer keeps, except where something is built on it."""
        if not self._announced:
            return
        key = artifact.name, artifact.step
        if _deleted(artifact):
            self._dropped.append(key)
        elif artifact.strategies:
            artifact.strategies = []
            artifact.save(update_fields=["strategies", "updated_at"])


def _deleted(artifact: Artifact) -> bool:
    """Delete the row, unless a deployment has it, a run starts from it, or people gave it a role."""
    if artifact.role or user_of(artifact.project_id, artifacts_spoken([artifact.pk])):
        return False
    try:
        with transaction.atomic():
            artifact.delete()
    except RestrictedError:
        return False
    return True


def _prefix(artifact_id: uuid.UUID) -> str:
    return f"artifacts/{artifact_id}"


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _upload(
    artifacts: Path, snapshot: uuid.UUID, kept: Kept, artifact_id: uuid.UUID, with_bundle: bool
) -> Stored | None:
    """Copy one artifact into storage. None when the child changed it under our hands."""
    folder, prefix = artifacts / kept.name, _prefix(artifact_id)
    stamp = _stamp(folder / "evaluation.json")
    size = 0
    try:
        bundle = json.loads((folder / "bundle.json").read_bytes())
        for file in sorted(folder.rglob("*")):
            relative = file.relative_to(folder)
            if not file.is_file() or str(relative) in MEASURED:
                continue
            drawn = relative.parts[0] == "predictions"
            size += 0 if drawn else file.stat().st_size
            if drawn or with_bundle:
                with file.open("rb") as source:
                    storage.put(f"{prefix}/{relative}" if drawn else f"{prefix}/bundle/{relative}", source)
        evaluation = json.loads((folder / "evaluation.json").read_bytes()) if stamp else None
        if evaluation is not None:
            with (folder / "scores.npz").open("rb") as source:
                storage.put(scores_key(artifact_id, snapshot, "val"), source)
    except (FileNotFoundError, ValueError):
        _undo(prefix, with_bundle)
        return None
    except BaseException:
        # Half an artifact must not take the room that the whole one lacks.
        _undo(prefix, with_bundle)
        raise
    if not _still_announced(artifacts, kept):
        _undo(prefix, with_bundle)
        return None
    return Stored(artifact_id, kept, bundle, size, evaluation, stamp)


def _still_announced(artifacts: Path, kept: Kept) -> bool:
    try:
        index = json.loads((artifacts / "index.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    entries = [kept_of(entry) for entry in index]
    return any(entry and (entry.name, entry.step) == (kept.name, kept.step) for entry in entries)


def _undo(prefix: str, with_bundle: bool) -> None:
    if with_bundle:
        storage.delete_tree(prefix)
