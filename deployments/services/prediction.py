"""Passing an image to the inference server and its answer back."""

from __future__ import annotations

from typing import Any

from core.errors import Conflict, Unavailable
from deployments import inference
from deployments.models import Deployment, DeploymentStatus

NO_REQUESTS: dict[str, Any] = {
    "requests": 0,
    "errors": 0,
    "p50_ms": None,
    "p95_ms": None,
    "queue": 0,
    "batch_mean": None,
}


def predict(deployment: Deployment, image: bytes, query: list[tuple[str, str]]) -> inference.Answer:
    """The server's answer, untouched, problems of the request included.

    Raises Conflict for a stopped or failed deployment, Unavailable while it is being loaded.
    """
    check_answering(deployment)
    answer = inference.predict(deployment.pk, image, query)
    if answer.status in (401, 403):
        raise Unavailable("The inference server does not know this platform: their tokens differ.")
    if answer.status in (404, 409):
        if deployment.status == DeploymentStatus.FAILED:
            detail = (deployment.error or {}).get("detail", "")
            raise Conflict(f"The deployment's model could not be loaded: {detail}")
        raise Unavailable("The deployment is starting: its model is being loaded. Try again in a moment.")
    return answer


def check_answering(deployment: Deployment) -> None:
    """Raise Conflict when the deployment is stopped: better before the image is read."""
    if deployment.status == DeploymentStatus.STOPPED:
        raise Conflict(f"The deployment {deployment.name!r} is stopped; start it first.")


def stats_of(deployment: Deployment) -> dict[str, Any]:
    """Requests, errors, latencies, queue and mean batch since the inference server started."""
    if deployment.status == DeploymentStatus.STOPPED:
        return NO_REQUESTS
    state = inference.state(deployment.pk) or {}
    return {name: state.get(name, none) for name, none in NO_REQUESTS.items()}
