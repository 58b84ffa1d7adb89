"""What a deployment may ask for. Pure checks with defaults."""

from __future__ import annotations

import re
from typing import Any

from training.checks import Problems

# What each runtime computes with. int8 needs an export made with the project's images.
QUANTIZATIONS = {
    "torch": ("none", "fp16", "bf16"),
    "onnxruntime": ("none", "fp16", "int8", "int8_weights"),
    "openvino": ("none", "fp16", "bf16", "int8", "int8_weights"),
}
RUNTIMES = tuple(QUANTIZATIONS)
CALIBRATED = "int8"
MOST_REPLICAS = 16
# Limits may be left to the server: None. Lowest and highest of each.
LIMITS = {
    "threads": (1, 256),
    "memory_mb": (64, 4 << 20),
    "queue_limit": (1, 100_000),
    "max_batch": (1, 64),
    "deadline_ms": (1, 600_000),
}
DEFAULTS: dict[str, Any] = {
    "device": "cpu",
    "runtime": "torch",
    "quantization": "none",
    "replicas": 1,
    **dict.fromkeys(LIMITS),
}
MOST_IDLE_MINUTES = 7 * 24 * 60
MOST_SAMPLES = 10_000
_DEVICE = re.compile(r"cpu|cuda(:\d{1,2})?")


def defaults(asked: dict[str, Any]) -> dict[str, Any]:
    """What a first version has where nothing is asked for: torch, unless it knows no such quantization."""
    if asked.get("quantization") in (None, *QUANTIZATIONS["torch"]):
        return DEFAULTS
    return {**DEFAULTS, "runtime": "openvino" if asked.get("device", "cpu") == "cpu" else "onnxruntime"}


def settings(asked: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Every setting of a version; what is not asked for comes from `defaults`, and a limit asked for as None
    is left to the server. Raises BadInput naming every field that is wrong.
    """
    problems = Problems()
    given = {name: _given(name, asked, default) for name, default in defaults.items()}
    runtime = problems.choice(given["runtime"], "runtime", RUNTIMES)
    device = given["device"]
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        problems.add("device", "must be cpu, cuda or cuda:<number>")
    elif runtime == "openvino" and device != "cpu":
        problems.add("device", "openvino runs on cpu here; choose torch or onnxruntime for a GPU")
    quantization = given["quantization"]
    if runtime is not None and quantization not in QUANTIZATIONS[runtime]:
        known = ", ".join(QUANTIZATIONS[runtime])
        problems.add("quantization", f"{runtime} computes with one of {known}")
    elif (runtime, quantization, device) == ("torch", "fp16", "cpu"):
        problems.add("quantization", "torch computes fp16 on a GPU only; choose bf16, or another runtime")
    replicas = problems.number(given["replicas"], "replicas", whole=True, low=1, high=MOST_REPLICAS)
    limits = {name: _limit(given[name], name, problems) for name in LIMITS}
    problems.stop()
    return {
        "device": device,
        "runtime": runtime,
        "quantization": quantization,
        "replicas": replicas,
        **limits,
    }


def idle_minutes(value: object) -> int | None:
    """Minutes without a request before the model sleeps; None for never. Raises BadInput."""
    problems = Problems()
    if value is not None:
        value = problems.number(value, "idle_minutes", whole=True, low=1, high=MOST_IDLE_MINUTES)
    problems.stop()
    return value  # type: ignore[return-value]


def sampling(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """`{"percent", "per_day", "below"}` of requests that become assets; None for none. Raises BadInput."""
    if value is None:
        return None
    problems = Problems()
    given = problems.mapping(value, "sampling", ("percent", "per_day", "below"))
    percent = problems.number(given.get("percent"), "sampling.percent", low=0.0, high=100.0)
    per_day = problems.number(given.get("per_day"), "sampling.per_day", whole=True, low=1, high=MOST_SAMPLES)
    below = given.get("below")
    if below is not None:
        below = problems.number(below, "sampling.below", low=0.0, high=1.0)
    problems.stop()
    return {"percent": percent, "per_day": per_day, "below": below}


def percent(value: object) -> float:
    """A share of the requests above 0. Raises BadInput."""
    problems = Problems()
    number = problems.number(value, "percent", low=0.0, high=100.0)
    if number == 0:
        problems.add("percent", "must be above 0; send version 0 to end it")
    problems.stop()
    return float(number)


def _given(name: str, asked: dict[str, Any], default: Any) -> Any:
    if name in LIMITS:
        return asked.get(name, default)
    return default if asked.get(name) is None else asked[name]


def _limit(value: object, name: str, problems: Problems) -> Any:
    low, high = LIMITS[name]
    return None if value is None else problems.number(value, name, whole=True, low=low, high=high)
