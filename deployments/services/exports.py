"""Artifacts as files for other runtimes: made, judged, packed and tried by child processes, step by step."""

from __future__ import annotations

import errno
import json
import logging
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from accounts.principals import Principal
from annotations.snapshots import materialise
from core import jobs
from core.errors import Conflict, NotFound, Unusable
from core.jobs import JobHandle
from core.models import Job
from core.storage import storage
from deployments import export_options as options
from deployments.models import Deployment, DeploymentVersion, Export
from deployments.selectors import EXPORT
from deployments.services import thinning
from training.models import Artifact
from training.services import children

# What a deployment needs of a bundle beside the model's own files.
CARD = ("README.md", "bundle.json")
THRESHOLDS = "thresholds.json"
WEIGHTS = "model.safetensors"
CONVERT_SECONDS = 4 * 3600.0
MEASURE_SECONDS = 3600.0
TRIAL_SECONDS = 1800.0
FULL = (errno.ENOSPC, errno.EDQUOT)
logger = logging.getLogger(__name__)


def start_export(principal: Principal, artifact: Artifact, asked: dict[str, Any]) -> Job:
    """Queue an export; raises BadInput naming what cannot be made."""
    chosen = options.export(asked, artifact)
    return jobs.create_job(
        EXPORT,
        project_id=artifact.project_id,
        workspace_id=artifact.project.workspace_id,
        created_by=principal.user,
        payload={"artifact": str(artifact.pk), **chosen},
        # Training on after pruning wants the device; everything else must not wait behind a long run.
        to="gpu" if chosen["pruning"] else "exports",
    )


def archive_name(job: Job, artifact: Artifact) -> str:
    """The file name a browser saves it under."""
    asked = job.payload
    parts = [artifact.architecture, artifact.variant, artifact.name, asked["format"]]
    parts += [asked["quantization"]] if asked["quantization"] != "none" else []
    parts += [f"pruned{asked['pruning']:g}"] if asked["pruning"] else []
    return "-".join(parts) + ".zip"


def make_export(job: JobHandle, artifact: Artifact) -> dict[str, Any]:
    """Prune, convert, judge, pack, try and store; returns the job's result.

    A job that is run again after its worker died goes on in the same folder; one that failed or was cancelled
    leaves nothing. Raises Unusable with the reason of the step that failed.
    """
    folder = Path(settings.TESSERA_RUNS_DIR) / "exports" / str(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    work = Work(artifact, job.payload, folder, job.progress)
    try:
        made = work.done()
        export = _store(job, artifact, made)
    except (jobs.LeaseLost, OperationalError, InterfaceError):
        # It will be tried again, or another worker does so now: the folder is that one's.
        raise
    except Exception as error:
        _leave_nothing(job, folder)
        if isinstance(error, OSError) and error.errno in FULL:
            raise Unusable(
                "The worker's disk is full: free space in the data folder, then export again."
            ) from error
        raise
    shutil.rmtree(folder, ignore_errors=True)
    return {
        "export": str(export.pk),
        "download_url": f"/api/v1/artifacts/{artifact.pk}/exports/{job.id}/file",
        "format": export.format,
        "quantization": export.quantization,
        "pruning": export.pruning,
        "size": export.size,
        "parity": _parity(export.report),
        "latency": export.report["latency"],
        "report": export.report,
    }


def _leave_nothing(job: JobHandle, folder: Path) -> None:
    """Delete what was made of an export that will not be tried again."""
    shutil.rmtree(folder, ignore_errors=True)
    if Export.objects.filter(pk=job.id).exists():
        return  # an earlier attempt came to its end but for saying so
    try:
        storage.delete_tree(_prefix(job))
    except Exception:
        # What failed the export is to be told, not that its files cannot be deleted either.
        logger.exception("the files of export %s cannot be deleted", job.id)


def _prefix(job: JobHandle) -> str:
    """Where an export lies in storage."""
    return f"exports/{job.id}"


def _parity(report: dict[str, Any]) -> dict[str, Any]:
    """How near the export is to the model: on noise as it was converted, and on the validation images."""
    converted = (report["export"] or {}).get("parity") or {}
    names = ("images", "logits", "agreement", "miou_against_model", "lost_points", "agrees", "why")
    return {**converted, **{name: report[name] for name in names if name in report}}


def delete_export(export: Export) -> None:
    """Forget an export and its files; raises Conflict while a deployment or one of its versions serves it."""
    with transaction.atomic():
        user = Deployment.objects.filter(export=export).first()
        if user is not None:
            raise Conflict(f"The deployment {user.name!r} serves this export; delete or change it first.")
        version = DeploymentVersion.objects.filter(export=export).select_related("deployment").first()
        if version is not None:
            name = version.deployment.name
            raise Conflict(f"Version {version.version} of the deployment {name!r} needs this export.")
        export.delete()


@dataclass(frozen=True)
class Made:
    """A finished export in its working folder."""

    bundle: Path
    model: Path
    archive: Path
    report: dict[str, Any]


class Work:
    """One export being made in `folder`."""

    def __init__(
        self,
        artifact: Artifact,
        asked: dict[str, Any],
        folder: Path,
        progress: Callable[[float, str], None],
    ) -> None:
        self.artifact = artifact
        self.asked = asked
        self.folder = folder
        self.progress = progress
        self.python = sys.executable

    def done(self) -> Made:
        """Every step, one after the other."""
        self.progress(0.01, "fetching the model and its images")
        manifest = materialise(self.artifact.run.snapshot, self.folder / "manifest.jsonl")
        bundle = self._bundle()
        needs = options.environment_of(self.artifact, self.asked["format"])
        if needs:
            self.python = self._environment(needs)
        model = self._converted(bundle, manifest)
        report = self._judged(bundle, model, manifest)
        archive, verification = self._packed(bundle, model, manifest, report)
        return Made(bundle, model, archive, {**report, "verification": verification})

    def _bundle(self) -> Path:
        """A copy to convert: the bundle in storage is everybody's."""
        bundle = self.folder / "bundle"
        bundle.mkdir(exist_ok=True)
        source = storage.fetch_tree(self.artifact.bundle_prefix)
        if self.asked["pruning"]:
            source = thinning.thinned(
                self.artifact, self.asked, self.folder / "thinned", self._part(0.02, 0.4, "pruning")
            )
        for name in (*CARD, WEIGHTS):
            if not (source / name).is_file():
                raise Unusable(f"The artifact's {name} is missing from storage: it cannot be exported.")
            shutil.copyfile(source / name, bundle / name)
        if (source / THRESHOLDS).is_file():
            shutil.copyfile(source / THRESHOLDS, bundle / THRESHOLDS)
        return bundle

    def _environment(self, name: str) -> str:
        folder = Path(settings.TESSERA_DATA_DIR) / "environments"
        said = children.run(
            "training.ml.export.environment",
            [name, "--environments", str(folder)],
            self._part(0.4, 0.45, "installing the converter"),
        )
        return str(said["python"])

    def _converted(self, bundle: Path, manifest: Path) -> Path:
        wanted, quantization = self.asked["format"], self.asked["quantization"]
        if wanted == "torch" and quantization == "none":
            return bundle
        if wanted == "torch":
            # The weights stay as they are: the runtime halves them when it loads them.
            (bundle / "export.json").write_text(
                json.dumps({"format": wanted, "quantization": quantization}), encoding="utf-8"
            )
            return bundle
        name = wanted if quantization == "none" else f"{wanted}-{quantization}"
        out = bundle / "runtimes" / name
        if (out / "export.json").is_file():
            return out
        arguments = [str(bundle), "--format", wanted, "--quantization", quantization, "--out", str(out)]
        arguments += ["--data", str(manifest)]
        if self.asked["budget"] is not None:
            arguments += ["--budget", str(self.asked["budget"])]
        progress = self._part(0.45, 0.7, f"converting to {wanted}")
        children.run("training.ml.export", arguments, progress, python=self.python, limit=CONVERT_SECONDS)
        return out

    def _judged(self, bundle: Path, model: Path, manifest: Path) -> dict[str, Any]:
        out = self.folder / "report.json"
        arguments = [str(bundle), str(model), "--data", str(manifest), "--out", str(out)]
        progress = self._part(0.7, 0.85, "comparing it with the model")
        children.run("training.ml.judge", arguments, progress, python=self.python, limit=MEASURE_SECONDS)
        report = dict(json.loads(out.read_bytes()))
        made = model / "export.json"
        return {**report, "export": json.loads(made.read_bytes()) if made.is_file() else None}

    def _packed(
        self, bundle: Path, model: Path, manifest: Path, report: dict[str, Any]
    ) -> tuple[Path, dict[str, Any]]:
        archive, said = self.folder / "export.zip", self.folder / "report.json"
        said.write_text(json.dumps(report), encoding="utf-8")
        arguments = [str(bundle), str(model), "--report", str(said), "--out", str(archive)]
        progress = self._part(0.85, 0.9, "packing")
        arguments += ["--data", str(manifest)]
        children.run("training.ml.package", arguments, progress, python=self.python)
        environments = Path(settings.TESSERA_DATA_DIR) / "environments"
        trial = children.run(
            "training.ml.package.verify",
            [str(archive), "--environments", str(environments)],
            self._part(0.9, 0.98, "trying it in a clean environment"),
            limit=TRIAL_SECONDS,
        )
        if not trial.get("passed"):
            raise Unusable(f"The packed model does not give the expected answer: {trial.get('detail', '')}")
        return archive, trial

    def _part(self, low: float, high: float, step: str) -> Callable[[float, str], None]:
        """The progress of one step as that of the whole."""

        def tell(share: float, message: str) -> None:
            self.progress(low + (high - low) * share, message or step)

        return tell


def _store(job: JobHandle, artifact: Artifact, made: Made) -> Export:
    """The files first, then the row that says they are there."""
    job.progress(0.98, "storing")
    asked = job.payload
    export = Export(
        pk=job.id,
        artifact=artifact,
        format=asked["format"],
        quantization=asked["quantization"],
        pruning=asked["pruning"],
        options={name: asked[name] for name in ("budget", "pruning_method", "fine_tune_steps")},
        report=made.report,
        size=made.archive.stat().st_size,
        storage_prefix=_prefix(job),
        created_by_id=job.created_by_id,
    )
    with made.archive.open("rb") as file:
        storage.put(export.archive_key, file)
    if export.format in options.RUNTIME_OF:
        _store_bundle(export, made)
    with transaction.atomic():
        # Held, so that it is deleted either before, or with the row and its files.
        if not Artifact.objects.select_for_update().filter(pk=artifact.pk).exists():
            raise NotFound("The artifact was deleted while it was being exported.")
        export.save(force_insert=not Export.objects.filter(pk=job.id).exists())
    return export


def _store_bundle(export: Export, made: Made) -> None:
    """What a deployment of it serves: the card and the model's own files."""
    files = [made.bundle / name for name in (*CARD, THRESHOLDS)]
    files += [made.bundle / WEIGHTS] if made.model == made.bundle else sorted(made.model.rglob("*"))
    for file in files:
        if file.is_file():
            with file.open("rb") as opened:
                storage.put(f"{export.bundle_prefix}/{file.relative_to(made.bundle).as_posix()}", opened)
