"""Passing images to the inference server and its answers back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from core.errors import Conflict, Unavailable
from deployments import inference
from deployments.models import Deployment, DeploymentStatus
from deployments.services import sampling

NO_REQUESTS: dict[str, Any] = {
    "requests": 0,
    "errors": 0,
    "p50_ms": None,
    "p95_ms": None,
    "queue": 0,
    "batch_mean": None,
}
# What the server says when it has too much to do just now, and when to come again.
BUSY = (429, 503)

Query = list[tuple[str, str]]


def predict(deployment: Deployment, image: bytes, query: Query, accept: str = "") -> inference.Answer:
    """The server's answer, untouched, problems of the request included.

    Raises Conflict for a stopped or failed deployment, Unavailable while it is being loaded.
    """
    check_answering(deployment)
    return understood(deployment, inference.predict(deployment.pk, image, query, accept))


def predict_one(deployment: Deployment, image: bytes, query: Query, accept: str = "") -> inference.Answer:
    """The same for somebody's own image, which may become a sample of what the deployment is asked."""
    answer = predict(deployment, image, query, accept)
    consider(deployment, image, answer)
    return answer


def consider(deployment: Deployment, image: bytes, answer: inference.Answer) -> None:
    """Perhaps keep an image that was answered; a picture as the answer says nothing that could be kept."""
    if answer.status == 200 and answer.content_type.startswith("application/json"):
        sampling.consider(deployment, None, image, answer.body)


def predict_patiently(
    deployment: Deployment,
    image: bytes,
    query: Query,
    deadline: float,
    wait: Callable[[float], bool | None] = time.sleep,
) -> inference.Answer:
    """The same for who has time: a server that is too busy is asked again when it says, until `deadline`
    (of `time.monotonic`) or until `wait` says that it is not worth waiting.
    """
    while True:
        answer = predict(deployment, image, query)
        if answer.status not in BUSY or not (answer.retry_after or "").isdecimal():
            return answer
        pause = float(answer.retry_after or 0)
        if time.monotonic() + pause > deadline or wait(pause):
            return answer


def understood(deployment: Deployment, answer: inference.Answer) -> inference.Answer:
    """The answer, unless it is about the platform's own affairs: those become Unavailable or Conflict."""
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
