"""What a training process finds in its run folder: the manifest and the spec, with every path local."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

from annotations.snapshots import materialise
from core.errors import Unusable
from core.storage import storage
from training.catalogue import architectures
from training.models import Artifact, Run


def run_folder(run_id: uuid.UUID) -> Path:
    """The folder that worker and child share, on the worker's own disk."""
    return Path(settings.TESSERA_RUNS_DIR) / str(run_id)


def prepare(run: Run) -> Path:
    """Write `manifest.jsonl` and `spec.json`; raises TesseraError saying what is missing and what to do."""
    folder = run_folder(run.pk)
    folder.mkdir(parents=True, exist_ok=True)
    materialise(run.snapshot, folder / "manifest.jsonl")
    _replace(folder / "spec.json", json.dumps(_child_spec(run), indent=1))
    return folder


def _child_spec(run: Run) -> dict[str, Any]:
    spec = run.spec
    version = run.workflow_version
    return {
        "run_id": str(run.pk),
        "project": str(run.project_id),
        "task": run.snapshot.task,
        "architecture": spec["architecture"],
        "variant": spec["variant"],
        "weights": _weights(spec),
        "input_size": spec["input_size"],
        "augmentations": spec["augmentations"],
        "hyperparameters": spec["hyperparameters"],
        "evaluation": spec["evaluation"],
        "early_stopping": spec["early_stopping"],
        "hardware": run.hardware,
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
            "seed": spec["hyperparameters"].get("seed"),
        },
    }


def _weights(spec: dict[str, Any]) -> dict[str, Any]:
    kind, _, rest = spec["weights"].partition(":")
    if kind == "artifact":
        artifact = Artifact.objects.light().filter(pk=rest).first()
        if artifact is None:
            raise Unusable(
                f"The artifact {rest} that this run starts from was deleted; choose other weights."
            )
        return {"kind": "bundle", "path": str(storage.fetch_tree(artifact.bundle_prefix)), "hub_id": None}
    if kind == "file":
        return {"kind": "file", "path": str(_weights_file(rest)), "hub_id": None}
    if kind == "pretrained":
        hub_id = _hub_id(spec)
        local = _local_copy(hub_id)
        return {"kind": "pretrained", "path": str(local) if local else None, "hub_id": hub_id}
    return {"kind": "scratch", "path": None, "hub_id": None}


def _hub_id(spec: dict[str, Any]) -> str | None:
    variants = architectures()[spec["architecture"]]["variants"]
    return next((entry.get("hub_id") for entry in variants if entry["name"] == spec["variant"]), None)


def _weights_file(name: str) -> Path:
    folder = settings.TESSERA_WEIGHTS_DIR
    if not folder:
        raise Unusable(f"The worker has no weights folder: set TESSERA_WEIGHTS_DIR and put {name} there.")
    path = Path(folder) / name
    if not path.is_file():
        raise Unusable(f"There is no {name} in the worker's weights folder {folder}: put it there.")
    return path


def _local_copy(hub_id: str | None) -> Path | None:
    """A folder with the hub's files, by its full or its short name."""
    if not settings.TESSERA_WEIGHTS_DIR or not hub_id:
        return None
    root = Path(settings.TESSERA_WEIGHTS_DIR)
    found = [root / name for name in (hub_id, hub_id.rpartition("/")[2]) if (root / name).is_dir()]
    return found[0] if found else None


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".writing")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
