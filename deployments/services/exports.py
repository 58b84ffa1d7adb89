"""Artifacts as files for other runtimes: converted and measured in child processes, packed as one ZIP."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.principals import Principal
from core import jobs
from core.errors import Unusable
from core.models import Job
from core.storage import storage
from deployments import options
from deployments.selectors import EXPORT
from training import children
from training.models import Artifact
from training.services.execution import child_environment

RUNTIME_OF = {"torch": "torch", "onnx": "onnxruntime", "openvino": "openvino"}
CARD = ("README.md", "bundle.json")
CONVERT_SECONDS = 1200.0
MEASURE_SECONDS = 300.0
POLL_SECONDS = 0.2

Progress = Callable[[float, str], None]


def start_export(principal: Principal, artifact: Artifact, asked: dict[str, Any]) -> Job:
    """Queue an export; raises BadInput naming what cannot be made."""
    chosen = options.export(asked)
    return jobs.create_job(
        EXPORT,
        project_id=artifact.project_id,
        workspace_id=artifact.project.workspace_id,
        created_by=principal.user,
        payload={"artifact": str(artifact.pk), **chosen},
    )


def archive_key(job_id: object) -> str:
    """Where the ZIP of an export job lies in storage."""
    return f"exports/{job_id}.zip"


def archive_name(job: Job, artifact: Artifact) -> str:
    """The file name a browser saves it under."""
    quantization = job.payload["quantization"]
    suffix = "" if quantization == "none" else f"-{quantization}"
    return f"{artifact.architecture}-{artifact.variant}-{artifact.name}-{job.payload['format']}{suffix}.zip"


def make_export(
    job_id: object, artifact: Artifact, wanted: str, quantization: str, progress: Progress
) -> dict[str, Any]:
    """Convert, measure, pack and store; returns the job's result. Raises Unusable with the child's reason."""
    progress(0.02, "fetching the bundle")
    bundle = storage.fetch_tree(artifact.bundle_prefix)
    parity: dict[str, Any] | None = None
    model = bundle / "model.safetensors"
    files = [model]
    if wanted != "torch":
        # Beside the bundle, where the inference server looks first: converted once, used by both.
        name = wanted if quantization == "none" else f"{wanted}-{quantization}"
        folder = bundle / "runtimes" / name
        if not (folder / "export.json").is_file():
            _convert(bundle, wanted, quantization, folder, progress)
        files = sorted(path for path in folder.iterdir() if path.is_file())
        parity = json.loads((folder / "export.json").read_bytes())["parity"]
    latency = _latency(bundle, RUNTIME_OF[wanted], quantization, progress)
    progress(0.9, "packing")
    with tempfile.TemporaryFile() as packed:
        _pack(packed, bundle, files)
        size = packed.tell()
        packed.seek(0)
        storage.put(archive_key(job_id), packed)
    return {
        "download_url": f"/api/v1/artifacts/{artifact.pk}/exports/{job_id}/file",
        "format": wanted,
        "quantization": quantization,
        "size": size,
        "parity": parity,
        "latency": latency,
    }


def _convert(bundle: Path, wanted: str, quantization: str, folder: Path, progress: Progress) -> None:
    command = [sys.executable, "-m", "training.ml.export", str(bundle), "--format", wanted]
    command += ["--quantization", quantization, "--out", str(folder)]
    _run(command, CONVERT_SECONDS, lambda share: progress(0.05 + 0.55 * share, f"converting to {wanted}"))


def _latency(bundle: Path, runtime: str, quantization: str, progress: Progress) -> dict[str, Any]:
    command = [sys.executable, "-m", "training.ml.latency", str(bundle), "--runtime", runtime]
    command += ["--quantization", quantization]
    text = _run(command, MEASURE_SECONDS, lambda share: progress(0.6 + 0.3 * share, "measuring the latency"))
    return dict(json.loads(text.strip().splitlines()[-1]))


def _run(command: list[str], limit: float, progress: Callable[[float], None]) -> str:
    """The child's standard output. Progress nears 1 with time; a cancelled job ends the child."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = children.start(command, stdout=out, stderr=err, env=child_environment())
        try:
            while child.poll() is None:
                spent = time.monotonic() - started
                if spent > limit:
                    raise Unusable(f"The conversion took longer than {limit:g} s and was stopped.")
                progress(spent / (spent + 15))
                try:
                    child.wait(POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            children.end(child, 1.0)
        if child.returncode:
            err.seek(0)
            lines = err.read().decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
            raise Unusable(f"The export failed: {lines[-1][:500]}")
        out.seek(0)
        return out.read().decode("utf-8", "replace")


def _pack(target: Any, bundle: Path, files: list[Path]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in CARD:
            if (bundle / name).is_file():
                archive.write(bundle / name, name)
        for file in files:
            archive.write(file, file.name)
        archive.writestr("tessera.json", json.dumps({"version": settings.TESSERA_VERSION}, indent=1))
