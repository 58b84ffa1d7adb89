"""What a model in the server is asked to be: the body of `PUT /models/{id}`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from deployments.server.problems import BadInput

RUNTIMES = ("torch", "onnxruntime", "openvino")
QUANTIZATIONS = ("none", "fp16", "int8")
MOST_REPLICAS = 64


@dataclass(frozen=True)
class Specification:
    """A version of a model: which bundle runs, on what, and what its answers say about where they come from.

    `threads` None means all the cores the server has. `describe` holds the `deployment` and `model` objects
    that every prediction repeats; it takes no part in what is loaded.
    """

    version: int
    bundle: str
    runtime: str = "torch"
    device: str = "cpu"
    quantization: str = "none"
    replicas: int = 1
    threads: int | None = None
    describe: dict[str, Any] = field(default_factory=dict, compare=False)


def parse(payload: Any) -> Specification:
    """The specification in a JSON body; raises BadInput that names every field that is wrong."""
    if not isinstance(payload, dict):
        raise BadInput("The body must be a JSON object.")
    errors: list[tuple[str, str]] = []
    known = set(Specification.__dataclass_fields__)
    errors += [(name, "Unknown field.") for name in payload if name not in known]
    values = {name: value for name, value in payload.items() if name in known and value is not None}

    def check(name: str, ok: bool, message: str) -> None:
        if not ok:
            errors.append((name, message))

    bundle = values.get("bundle")
    check("version", _whole(values.get("version")), "A whole number from 1 is required.")
    check("bundle", isinstance(bundle, str) and os.path.isabs(bundle), "An absolute path is required.")
    check("runtime", values.get("runtime", "torch") in RUNTIMES, f"One of {', '.join(RUNTIMES)}.")
    check("device", isinstance(values.get("device", ""), str), "The name of a device, such as cpu or cuda:0.")
    check(
        "quantization",
        values.get("quantization", "none") in QUANTIZATIONS,
        f"One of {', '.join(QUANTIZATIONS)}.",
    )
    replicas = values.get("replicas", 1)
    check(
        "replicas",
        _whole(replicas) and replicas <= MOST_REPLICAS,
        f"A whole number from 1 to {MOST_REPLICAS}.",
    )
    check("threads", _whole(values.get("threads", 1)), "A whole number from 1.")
    check("describe", isinstance(values.get("describe", {}), dict), "An object.")
    if errors:
        raise BadInput("; ".join(f"{name}: {message}" for name, message in errors[:3]), errors)
    return Specification(**values)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
