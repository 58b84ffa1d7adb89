"""What a model in the server is asked to be: the body of `PUT /models/{id}`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deployments.server.problems import BadInput

RUNTIMES = ("torch", "onnxruntime", "openvino")
QUANTIZATIONS = ("none", "fp16", "bf16", "int8", "int8_weights")
ROUTES = ("canary", "shadow")
MOST_REPLICAS = 64
MOST_BATCH = 64


@dataclass(frozen=True)
class Branch:
    """Another model that gets a share of the requests: `percent` of them."""

    model: str
    percent: float


@dataclass(frozen=True)
class Routes:
    """Where else requests go: the canary answers its share, the shadow computes a copy of its share."""

    canary: Branch | None = None
    shadow: Branch | None = None


@dataclass(frozen=True)
class Specification:
    """A version of a model: which bundle runs, on what, within which limits, and what its answers say about
    where they come from.

    `threads` None means all the cores the server has; a limit that is None is the server's own, and a model
    whose `idle_seconds` is None never sleeps for want of requests. Fields that take no part in comparing
    change nothing that is loaded. `describe` holds the `deployment` and `model` objects that every
    prediction repeats.
    """

    version: int
    bundle: str
    runtime: str = "torch"
    device: str = "cpu"
    quantization: str = "none"
    replicas: int = 1
    threads: int | None = None
    max_batch: int | None = None
    memory_mb: int | None = field(default=None, compare=False)
    queue_limit: int | None = field(default=None, compare=False)
    deadline_ms: int | None = field(default=None, compare=False)
    idle_seconds: float | None = field(default=None, compare=False)
    describe: dict[str, Any] = field(default_factory=dict, compare=False)
    routes: Routes = field(default_factory=Routes, compare=False)


Check = tuple[Callable[[Any], bool], str]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _at_most(most: int) -> Check:
    return lambda value: _whole(value) and value <= most, f"A whole number from 1 to {most}."


WHOLE: Check = (_whole, "A whole number from 1.")
REQUIRED: dict[str, Check] = {
    "version": (_whole, "A whole number from 1 is required."),
    "bundle": (
        lambda value: isinstance(value, str) and os.path.isabs(value),
        "An absolute path is required.",
    ),
}
OPTIONAL: dict[str, Check] = {
    "runtime": (lambda value: value in RUNTIMES, f"One of {', '.join(RUNTIMES)}."),
    "device": (lambda value: isinstance(value, str), "The name of a device, such as cpu or cuda:0."),
    "quantization": (lambda value: value in QUANTIZATIONS, f"One of {', '.join(QUANTIZATIONS)}."),
    "replicas": _at_most(MOST_REPLICAS),
    "threads": WHOLE,
    "max_batch": _at_most(MOST_BATCH),
    "memory_mb": WHOLE,
    "queue_limit": WHOLE,
    "deadline_ms": WHOLE,
    "idle_seconds": (lambda value: _number(value) and value > 0, "A number of seconds above 0."),
    "describe": (lambda value: isinstance(value, dict), "An object."),
    "routes": (lambda value: isinstance(value, dict), "An object."),
}


def parse(payload: Any) -> Specification:
    """The specification in a JSON body, where null is the same as left out; raises BadInput that names every
    field that is wrong.
    """
    if not isinstance(payload, dict):
        raise BadInput("The body must be a JSON object.")
    values = {name: value for name, value in payload.items() if value is not None}
    errors = [(name, "Unknown field.") for name in payload if name not in REQUIRED | OPTIONAL]
    for name, (fits, message) in (REQUIRED | OPTIONAL).items():
        if (name in values or name in REQUIRED) and not fits(values.get(name)):
            errors.append((name, message))
    if isinstance(routes := values.get("routes"), dict):
        values["routes"] = _routes(routes, errors)
    if errors:
        raise BadInput("; ".join(f"{name}: {message}" for name, message in errors[:3]), errors)
    return Specification(**values)


def _routes(values: dict[str, Any], errors: list[tuple[str, str]]) -> Routes:
    errors += [(f"routes.{name}", "Unknown field.") for name in values if name not in ROUTES]
    return Routes(**{name: _branch(f"routes.{name}", values.get(name), errors) for name in ROUTES})


def _branch(name: str, value: Any, errors: list[tuple[str, str]]) -> Branch | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"model", "percent"}:
        errors.append((name, "An object with model and percent."))
        return None
    model, percent = value["model"], value["percent"]
    if not isinstance(model, str) or not model:
        errors.append((f"{name}.model", "The id of a model."))
    if not _number(percent) or not 0 <= percent <= 100:
        errors.append((f"{name}.percent", "A number from 0 to 100."))
    return Branch(model, percent)
