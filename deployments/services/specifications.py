"""What the inference server should hold: each deployment's version, and those of its canary and shadow."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.storage import storage
from deployments import options
from deployments.models import Deployment, DeploymentStatus, DeploymentVersion, Settings

BRANCHES = ("canary", "shadow")
MINUTE = 60


@dataclass(frozen=True)
class Model:
    """One version to be held, by its name in the server."""

    name: str
    deployment: Deployment
    settings: Settings
    version: int
    # The deployment itself, not its canary or shadow.
    main: bool


def live_deployments() -> list[Deployment]:
    """Every deployment that should answer."""
    rows = Deployment.objects.exclude(status=DeploymentStatus.STOPPED)
    related = rows.select_related("artifact__run", "project", "export")
    return list(related)


def branch_name(deployment_id: uuid.UUID, version: int) -> str:
    """What the server calls a version beside the current one."""
    return f"{deployment_id}@{version}"


def wanted_models(deployments: Sequence[Deployment]) -> list[Model]:
    """Branches first, so that what a deployment sends there is there.

    A deployment that waits for its export is what it was before.
    """
    versions = _versions_beside(deployments)
    mains, branches = [], []
    for deployment in deployments:
        others = versions.get(deployment.pk, [])
        if deployment.awaited_job is None:
            mains.append(Model(str(deployment.pk), deployment, deployment, deployment.version, True))
        elif before := _before(deployment, others):
            mains.append(Model(str(deployment.pk), deployment, before, before.version, True))
        for version in others:
            if version.version in _branched(deployment):
                name = branch_name(deployment.pk, version.version)
                branches.append(Model(name, deployment, version, version.version, False))
    return branches + mains


def specification(model: Model) -> dict[str, Any]:
    """The body of `PUT /models/{id}`; raises NotFound or OSError where the files cannot be fetched."""
    deployment, settings = model.deployment, model.settings
    idle = deployment.idle_minutes
    return {
        "version": model.version,
        "bundle": str(_bundle(settings)),
        "runtime": settings.runtime,
        "device": settings.device,
        "quantization": settings.quantization,
        "replicas": settings.replicas,
        **{name: getattr(settings, name) for name in options.LIMITS},
        "idle_seconds": idle * MINUTE if idle else None,
        "describe": _describe(model),
        "routes": {name: _route(deployment, name) for name in BRANCHES} if model.main else {},
    }


def _bundle(settings: Settings) -> Path:
    source = settings.export or settings.artifact
    return storage.fetch_tree(source.bundle_prefix)


def _route(deployment: Deployment, name: str) -> dict[str, Any] | None:
    branch = getattr(deployment, name)
    if branch is None:
        return None
    return {"model": branch_name(deployment.pk, branch["version"]), "percent": branch["percent"]}


def _branched(deployment: Deployment) -> set[int]:
    branches = [getattr(deployment, name) for name in BRANCHES]
    return {branch["version"] for branch in branches if branch}


def _versions_beside(deployments: Sequence[Deployment]) -> dict[uuid.UUID, list[DeploymentVersion]]:
    """The other versions of those deployments that need one; no query where none does."""
    asking = [row.pk for row in deployments if row.awaited_job or _branched(row)]
    if not asking:
        return {}
    rows = DeploymentVersion.objects.filter(deployment__in=asking)
    found: dict[uuid.UUID, list[DeploymentVersion]] = {}
    for version in rows.select_related("artifact__run", "export"):
        found.setdefault(version.deployment_id, []).append(version)
    return found


def _before(deployment: Deployment, versions: Sequence[DeploymentVersion]) -> DeploymentVersion | None:
    """The version that was served last before the current one."""
    served = [
        row
        for row in versions
        if row.served_at
        and row.version != deployment.version
        and (row.export_id or row.quantization != options.CALIBRATED)
    ]
    return max(served, key=lambda row: (row.served_at, row.version), default=None)


def _describe(model: Model) -> dict[str, Any]:
    deployment, artifact = model.deployment, model.settings.artifact
    return {
        "deployment": {
            "id": str(deployment.pk),
            "name": deployment.name,
            "version": model.version,
        },
        "model": {
            "artifact": str(artifact.pk),
            "architecture": artifact.architecture,
            "variant": artifact.variant,
            "run": str(artifact.run_id),
            "snapshot": str(artifact.run.snapshot_id),
        },
    }
