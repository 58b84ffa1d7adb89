"""What a training process finds in its run folder: the manifest and the spec, with every path local."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

from annotations.models import Snapshot
from annotations.snapshots import materialise
from core.errors import Unusable
from core.storage import storage
from projects.models import Project
from training.catalogue import architectures
from training.models import Artifact, Run
from training.services.teachers import child_teacher
from training.services.weight_files import weights_path
from training.weight_choice import hub_parts


def run_folder(run_id: uuid.UUID) -> Path:
    """The folder that worker and child share, on the worker's own disk."""
    return Path(settings.TESSERA_RUNS_DIR) / str(run_id)


def prepare(run: Run) -> Path:
    """Write `manifest.jsonl` and `spec.json`; raises TesseraError saying what is missing and what to do."""
    folder = run_folder(run.pk)
    version = run.workflow_version
    rest = {
        "run_id": str(run.pk),
        "checkpoints": {
            "strategies": run.checkpoints["strategy"],
            "every": run.checkpoints["every"],
            "keep": run.checkpoints["keep"],
        },
        "limits": run.limits,
        "lineage": {
            "run": str(run.pk),
            "snapshot": str(run.snapshot_id),
            "snapshot_digest": run.snapshot.digest,
            "workflow": str(version.workflow_id),
            "workflow_version": version.version,
            "code_version": settings.TESSERA_VERSION,
            "seed": run.spec["hyperparameters"].get("seed"),
        },
    }
    fill(folder, run.project, run.snapshot, run.spec, run.hardware, rest)
    return folder


def fill(
    folder: Path,
    project: Project,
    snapshot: Snapshot,
    spec: dict[str, Any],
    hardware: dict[str, Any],
    rest: dict[str, Any],
) -> None:
    """Write both files for a resolved spec; `rest` is what else the child is told. Raises TesseraError."""
    folder.mkdir(parents=True, exist_ok=True)
    materialise(snapshot, folder / "manifest.jsonl")
    told = {
        "project": str(project.pk),
        "task": snapshot.task,
        "architecture": spec["architecture"],
        "variant": spec["variant"],
        "weights": child_weights(project, spec),
        "teacher": child_teacher(project, snapshot, spec),
        "input_size": spec["input_size"],
        "augmentations": spec["augmentations"],
        "hyperparameters": spec["hyperparameters"],
        "evaluation": spec["evaluation"],
        "early_stopping": spec["early_stopping"],
        "hardware": hardware,
    }
    _replace(folder / "spec.json", json.dumps({**told, **rest}, indent=1))


def child_weights(project: Project, spec: dict[str, Any]) -> dict[str, Any]:
    """What the child loads: `name` as people know it, `path` on this machine where it is here already."""
    kind, _, rest = spec["weights"].partition(":")
    if kind == "artifact":
        artifact = Artifact.objects.filter(pk=rest).first()
        if artifact is None:
            raise Unusable(
                f"The artifact {rest} that this run starts from was deleted; choose other weights."
            )
        folder = storage.fetch_tree(artifact.bundle_prefix)
        return _source("bundle", f"artifact {artifact.name} of {artifact.run.name}", folder)
    if kind == "file":
        return _source("file", rest, _weights_file(project, rest))
    if kind == "hub":
        hub_id, revision = hub_parts(rest) or (rest, None)
        return _source("pretrained", rest, None, hub_id, revision)
    if kind == "pretrained":
        hub_id = _hub_id(spec, project.task)
        return _source("pretrained", hub_id, None, hub_id)
    return _source("scratch")


def _source(
    kind: str,
    name: str | None = None,
    path: Path | None = None,
    hub_id: str | None = None,
    revision: str | None = None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "path": str(path) if path else None,
        "hub_id": hub_id,
        "revision": revision,
    }


def _hub_id(spec: dict[str, Any], task: str) -> str | None:
    variants = architectures()[spec["architecture"]]["variants"]
    entry: dict[str, Any] = next((each for each in variants if each["name"] == spec["variant"]), {})
    return entry.get("hub_ids", {}).get(task) or entry.get("hub_id")


def _weights_file(project: Project, name: str) -> Path:
    path = weights_path(project, name)
    if path is None:
        folder = settings.TESSERA_WEIGHTS_DIR or "TESSERA_WEIGHTS_DIR, which is not set"
        raise Unusable(
            f"The weight file {name} is neither uploaded to the project nor in the worker's weights folder "
            f"({folder}): upload it, or choose other weights."
        )
    return path


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".writing")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
