"""Keeping the inference server equal to the table, whichever of the two was restarted."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.db import transaction

from core import events, queue
from core.errors import TesseraError, Unavailable, Unusable
from deployments import inference
from deployments.models import Deployment, DeploymentStatus
from deployments.serializers import deployment_event
from deployments.services.specifications import (
    BRANCHES,
    Model,
    branch_name,
    live_deployments,
    specification,
    wanted_models,
)

TASK = "deployments.reconcile"
# Loading is asked for by a task, and asked again only after this long.
RESEND_SECONDS = 3.0
HINT = "See that the artifact loads in this runtime, choose another runtime or device, then start it again."
logger = logging.getLogger(__name__)
_sent_at = 0.0

States = dict[str, dict[str, Any]]


def reconcile() -> None:
    """Have the server hold what the table says, then write what it says about each."""
    rows = live_deployments()
    models = wanted_models(rows)
    try:
        for model in models:
            _load(model)
        held = _held()
        for extra in set(held) - {model.name for model in models}:
            inference.delete(extra)
    except Unavailable as error:
        _unreachable(rows, error)
        return
    for deployment in rows:
        _follow(deployment, held)


def survey() -> None:
    """The cheap look of every second: follow states, and send for `reconcile` where the two differ."""
    global _sent_at
    rows = live_deployments()
    try:
        held = _held()
    except Unavailable as error:
        _unreachable(rows, error)
        return
    for deployment in rows:
        _follow(deployment, held)
    wanted = {model.name: model.version for model in wanted_models(rows)}
    differs = {name: state["version"] for name, state in held.items()} != wanted
    if differs and time.monotonic() - _sent_at > RESEND_SECONDS:
        _sent_at = time.monotonic()
        queue.send(TASK, (), "default")


def announce(deployment: Deployment) -> None:
    """Tell the project's watchers; call it last in the transaction."""
    payload = {"deployment": deployment_event(deployment)}
    events.emit(f"project:{deployment.project_id}", "deployment", payload)


def fail(deployment: Deployment, detail: str) -> None:
    """What was asked for cannot be served; somebody has to do something about it."""
    write(deployment, status=DeploymentStatus.FAILED, message="", error=_error(detail))


def write(deployment: Deployment, **changes: Any) -> None:
    """Nothing when it says so already, or when somebody stopped or changed the deployment meanwhile."""
    changes["message"] = changes["message"][:500]
    if all(getattr(deployment, name) == value for name, value in changes.items()):
        return
    with transaction.atomic():
        same = Deployment.objects.filter(pk=deployment.pk, version=deployment.version)
        live = same.exclude(status=DeploymentStatus.STOPPED)
        if not live.update(**changes):
            return
        for name, value in changes.items():
            setattr(deployment, name, value)
        announce(deployment)


def _held() -> States:
    return {state["id"]: state for state in inference.states()}


def _load(model: Model) -> None:
    deployment = model.deployment
    try:
        asked = specification(model)
    except (TesseraError, OSError) as error:
        logger.exception("the bundle of model %s cannot be fetched", model.name)
        if model.main:
            fail(deployment, f"The bundle cannot be fetched: {error}")
        return
    try:
        inference.put(model.name, asked)
    except Unusable as error:
        if model.main:
            fail(deployment, error.detail)
        else:
            logger.warning("the server refuses model %s: %s", model.name, error.detail)


def _follow(deployment: Deployment, held: States) -> None:
    """Write the status the server gives to the version that the table wants."""
    if deployment.awaited_job:
        return
    state = held.get(str(deployment.pk))
    if state is None or state["version"] != deployment.version:
        if deployment.status == DeploymentStatus.READY:
            _starting(deployment, "the model is being loaded")
        return
    life = {"asleep": state.get("asleep", False), "restarts": state.get("restarts", 0)}
    if state["status"] == "ready":
        message = _remarks(deployment, state, held)
        write(deployment, status=DeploymentStatus.READY, message=message, error=None, **life)
    elif state["status"] == "failed":
        serving = state.get("serving")
        message = f"version {serving} goes on answering" if serving else ""
        error = _error(state.get("error") or "It gave no reason.")
        write(deployment, status=DeploymentStatus.FAILED, message=message, error=error, **life)
    else:
        _starting(deployment, f"version {deployment.version} is being loaded")


def _remarks(deployment: Deployment, state: dict[str, Any], held: States) -> str:
    """What people should know of a deployment that answers: crashes, a branch that fails, a poor export."""
    remarks = []
    if state.get("restarts") and state.get("last_end"):
        remarks.append(f"its process was started again: {state['last_end']}")
    for name in BRANCHES:
        if branch := getattr(deployment, name):
            other = held.get(branch_name(deployment.pk, branch["version"]))
            if other is not None and other["status"] == "failed":
                reason = other.get("error") or "it gave no reason"
                remarks.append(f"the {name}, version {branch['version']}, cannot be loaded: {reason}")
    export = deployment.export
    if export is not None and export.report.get("agrees") is False:
        why = export.report.get("why") or ["see its report"]
        remarks.append(f"the export differs from its model: {why[0]}")
    return "; ".join(remark.rstrip(".") for remark in remarks)


def _unreachable(rows: list[Deployment], error: Unavailable) -> None:
    for deployment in rows:
        if deployment.status == DeploymentStatus.READY:
            logger.warning("deployment %s is away: %s", deployment.pk, error.detail)
            _starting(deployment, "the inference server does not answer")


def _starting(deployment: Deployment, message: str) -> None:
    write(deployment, status=DeploymentStatus.STARTING, message=message, error=None)


def _error(detail: str) -> dict[str, str]:
    return {"title": "The model could not be loaded", "detail": detail, "hint": HINT}
