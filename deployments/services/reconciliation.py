"""Keeping the inference server equal to the table, whichever of the two was restarted."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.db import transaction

from core import events, queue
from core.errors import TesseraError, Unavailable, Unusable
from core.storage import storage
from deployments import inference
from deployments.models import Deployment, DeploymentStatus
from deployments.serializers import deployment_event

TASK = "deployments.reconcile"
# Loading is asked for by a task, and asked again only after this long.
RESEND_SECONDS = 3.0
HINT = "See that the artifact loads in this runtime, choose another runtime or device, then start it again."
logger = logging.getLogger(__name__)
_sent_at = 0.0


def reconcile() -> None:
    """Have the server hold what the table says, then write what it says about each."""
    rows = _wanted()
    try:
        for deployment in rows:
            _load(deployment)
        held = {state["id"]: state for state in inference.states()}
        wanted = {str(deployment.pk) for deployment in rows}
        for extra in set(held) - wanted:
            inference.delete(extra)
    except Unavailable as error:
        _unreachable(rows, error)
        return
    for deployment in rows:
        _follow(deployment, held.get(str(deployment.pk)))


def survey() -> None:
    """The cheap look of every second: follow states, and send for `reconcile` where the two differ."""
    global _sent_at
    rows = _wanted()
    try:
        held = {state["id"]: state for state in inference.states()}
    except Unavailable as error:
        _unreachable(rows, error)
        return
    for deployment in rows:
        _follow(deployment, held.get(str(deployment.pk)))
    versions = {str(deployment.pk): deployment.version for deployment in rows}
    differs = {model: state["version"] for model, state in held.items()} != versions
    if differs and time.monotonic() - _sent_at > RESEND_SECONDS:
        _sent_at = time.monotonic()
        queue.send(TASK, (), "default")


def announce(deployment: Deployment) -> None:
    """Tell the project's watchers; call it last in the transaction."""
    payload = {"deployment": deployment_event(deployment)}
    events.emit(f"project:{deployment.project_id}", "deployment", payload)


def _wanted() -> list[Deployment]:
    rows = Deployment.objects.exclude(status=DeploymentStatus.STOPPED)
    return list(rows.select_related("artifact__run", "project").defer("artifact__evaluation"))


def _load(deployment: Deployment) -> None:
    try:
        bundle = storage.fetch_tree(deployment.artifact.bundle_prefix)
    except (TesseraError, OSError) as error:
        logger.exception("the bundle of deployment %s cannot be fetched", deployment.pk)
        _write(deployment, DeploymentStatus.FAILED, "", _error(f"The bundle cannot be fetched: {error}"))
        return
    specification = {
        "version": deployment.version,
        "bundle": str(bundle),
        "runtime": deployment.runtime,
        "device": deployment.device,
        "quantization": deployment.quantization,
        "replicas": deployment.replicas,
        "describe": _describe(deployment),
    }
    try:
        inference.put(deployment.pk, specification)
    except Unusable as error:
        _write(deployment, DeploymentStatus.FAILED, "", _error(error.detail))


def _describe(deployment: Deployment) -> dict[str, Any]:
    artifact = deployment.artifact
    return {
        "deployment": {
            "id": str(deployment.pk),
            "name": deployment.name,
            "version": deployment.version,
        },
        "model": {
            "artifact": str(artifact.pk),
            "architecture": artifact.architecture,
            "variant": artifact.variant,
            "run": str(artifact.run_id),
            "snapshot": str(artifact.run.snapshot_id),
        },
    }


def _follow(deployment: Deployment, state: dict[str, Any] | None) -> None:
    """Write the status the server gives to the version that the table wants."""
    if state is None or state["version"] != deployment.version:
        if deployment.status == DeploymentStatus.READY:
            _write(deployment, DeploymentStatus.STARTING, "the model is being loaded", None)
        return
    if state["status"] == "ready":
        _write(deployment, DeploymentStatus.READY, "", None)
    elif state["status"] == "failed":
        serving = state.get("serving")
        message = f"version {serving} goes on answering" if serving else ""
        _write(
            deployment, DeploymentStatus.FAILED, message, _error(state.get("error") or "It gave no reason.")
        )
    else:
        _write(deployment, DeploymentStatus.STARTING, f"version {deployment.version} is being loaded", None)


def _unreachable(rows: list[Deployment], error: Unavailable) -> None:
    for deployment in rows:
        if deployment.status == DeploymentStatus.READY:
            logger.warning("deployment %s is away: %s", deployment.pk, error.detail)
            _write(deployment, DeploymentStatus.STARTING, "the inference server does not answer", None)


def _write(deployment: Deployment, status: str, message: str, error: dict[str, str] | None) -> None:
    """Nothing when it says so already, or when somebody stopped or changed the deployment meanwhile."""
    message = message[:500]
    if (deployment.status, deployment.message, deployment.error) == (status, message, error):
        return
    with transaction.atomic():
        same = Deployment.objects.filter(pk=deployment.pk, version=deployment.version)
        live = same.exclude(status=DeploymentStatus.STOPPED)
        if not live.update(status=status, message=message, error=error):
            return
        deployment.status, deployment.message, deployment.error = status, message, error
        announce(deployment)


def _error(detail: str) -> dict[str, str]:
    return {"title": "The model could not be loaded", "detail": detail, "hint": HINT}
