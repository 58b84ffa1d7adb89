"""Doing a check of labels: folds are trained one after the other, each looked at by who has not seen it."""

from __future__ import annotations

import json
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from annotations.manifest import line, read_manifest
from annotations.snapshots import materialise
from core import jobs
from core.errors import NotFound
from core.jobs import JobHandle
from core.storage import storage
from projects.models import Asset
from projects.near_duplicates import groups_of
from training.folds import folds_of
from training.models import Finding, LabelCheck
from training.services import children
from training.services.preparation import fill

MOST = 5_000
TRAIN_SECONDS = 24 * 3600.0
# Of a fold's progress this share is training.
TRAINING = 0.85

Tell = Callable[[float, str], None]


def run(job: JobHandle) -> dict[str, Any]:
    """Check, and write the findings; answers `{"label_check", "findings", "by_kind"}`.

    A job that is delivered again goes on where it was: folds that were looked at are not trained again, and
    the one in hand resumes at its checkpoint. Raises NotFound, Unusable.
    """
    rows = LabelCheck.objects.select_related("project", "snapshot", "workflow_version", "artifact")
    check = rows.filter(pk=job.payload["label_check"]).first()
    if check is None:
        raise NotFound("The check was deleted.")
    folder = Path(settings.TESSERA_RUNS_DIR) / "label-checks" / str(check.pk)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = _looked(job, check, folder) if check.artifact else _folded(job, check, folder)
        kinds = _written(check, found)
    except (jobs.LeaseLost, OperationalError, InterfaceError):
        # It will be tried again, or another worker does so now: the folder is that one's.
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    return {"label_check": str(check.pk), "findings": sum(kinds.values()), "by_kind": dict(kinds)}


def _looked(job: JobHandle, check: LabelCheck, folder: Path) -> list[dict[str, Any]]:
    """With an artifact, on everything but what it was trained on."""
    assert check.artifact is not None
    job.progress(0.01, "Fetching the model and its images")
    whole = materialise(check.snapshot, folder / "whole.jsonl")
    _split(whole, folder / "manifest.jsonl", lambda asset, split: None if split == "train" else "val")
    bundle = storage.fetch_tree(check.artifact.bundle_prefix)
    return _found(bundle, folder, job.progress)


def _folded(job: JobHandle, check: LabelCheck, folder: Path) -> list[dict[str, Any]]:
    """With models of the folds, one after the other."""
    assert check.workflow_version is not None and check.folds
    job.progress(0.005, "Dividing the images into folds")
    whole = materialise(check.snapshot, folder / "whole.jsonl")
    _, lines = read_manifest(whole)
    classes = {each["asset"]: {shape["class"] for shape in each["annotations"]} for each in lines}
    alike = [[str(asset) for asset in group.assets] for group in groups_of(check.project_id)]
    folds = folds_of(classes, check.folds, alike)
    found: list[dict[str, Any]] = []
    for fold in range(check.folds):
        low = fold / check.folds

        def tell(share: float, message: str, low: float = low, fold: int = fold) -> None:
            job.progress(low + share / (check.folds or 1), f"Fold {fold + 1} of {check.folds}: {message}")

        found += _fold(check, whole, folder / f"fold-{fold}", lambda a, f=fold: folds[a] == f, tell)  # type: ignore[misc]
        # What is kept is not done again, whoever dies.
        job.kept()
    return found


def _fold(
    check: LabelCheck, whole: Path, folder: Path, held: Callable[[str], bool], tell: Tell
) -> list[dict[str, Any]]:
    out = folder / "findings.jsonl"
    if not out.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _prepare(check, folder)
        _split(whole, folder / "manifest.jsonl", lambda asset, split: "val" if held(asset) else "train")

        def training(share: float, message: str) -> None:
            tell(TRAINING * _share(folder), _words(folder))

        children.run(
            "training.ml.train", [str(folder)], training, limit=TRAIN_SECONDS, what="training of a fold"
        )
        index = json.loads((folder / "artifacts" / "index.json").read_bytes())
        bundle = folder / "artifacts" / index[-1]["name"]
        _found(bundle, folder, lambda share, message: tell(TRAINING + (1 - TRAINING) * share, message))
        # The models have said what they have to say.
        shutil.rmtree(folder / "artifacts", ignore_errors=True)
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]


def _prepare(check: LabelCheck, folder: Path) -> None:
    """The specification of a fold's training: the workflow's, with its last state kept and nothing chosen by
    the images that are held out.
    """
    assert check.workflow_version is not None
    spec = dict(check.workflow_version.spec)
    steps = int(spec["hyperparameters"]["steps"])
    if check.steps:
        steps = min(steps, check.steps)
    spec["hyperparameters"] = {**spec["hyperparameters"], "steps": steps}
    spec["evaluation"] = {"every": steps}
    spec["early_stopping"] = None
    rest = {
        "run_id": str(check.pk),
        "checkpoints": {"strategies": ["latest"], "every": None, "keep": 1},
        "limits": {},
        "lineage": {"label_check": str(check.pk)},
    }
    hardware = {"device": "auto", "gpus": 1, "precision": "fp32"}
    fill(folder, check.project, check.snapshot, spec, hardware, rest)


def _split(whole: Path, target: Path, split_of: Callable[[str, str], str | None]) -> None:
    """Write a manifest with other splits; assets whose split is None are left out."""
    header, lines = read_manifest(whole)
    with target.open("wb") as file:
        file.write(line(header))
        for each in lines:
            split = split_of(each["asset"], each["split"])
            if split is not None:
                file.write(line({**each, "split": split}))


def _found(bundle: Path, folder: Path, tell: Tell) -> list[dict[str, Any]]:
    out = folder / "findings.jsonl"
    arguments = [str(bundle), "--data", str(folder / "manifest.jsonl"), "--out", str(out)]
    children.run("training.ml.doctor", arguments, tell, limit=TRAIN_SECONDS, what="look at the labels")
    return [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]


def _state(folder: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((folder / "state.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def _share(folder: Path) -> float:
    state = _state(folder)
    return min(1.0, (state.get("step") or 0) / max(1, state.get("total_steps") or 1))


def _words(folder: Path) -> str:
    state = _state(folder)
    if not state.get("total_steps"):
        return "preparing"
    return f"step {state.get('step') or 0} of {state['total_steps']}"


def _written(check: LabelCheck, found: Iterable[dict[str, Any]]) -> Counter[str]:
    """Replace the check's findings by the best of these; assets that were deleted since have none."""
    best = sorted(found, key=lambda one: -one["score"])[:MOST]
    wanted = {uuid.UUID(one["asset"]) for one in best}
    there = set(Asset.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    rows = [
        Finding(
            check_run=check,
            asset_id=uuid.UUID(one["asset"]),
            **{name: one[name] for name in ("kind", "given", "suggested", "annotation", "score")},
            **{name: one[name] for name in ("bbox", "area", "polygons")},
        )
        for one in best
        if uuid.UUID(one["asset"]) in there
    ]
    with transaction.atomic():
        check.findings.all().delete()
        Finding.objects.bulk_create(rows, batch_size=200)
    return Counter(row.kind for row in rows)
