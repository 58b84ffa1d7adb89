"""What a deployment or an export may ask for. Pure checks with defaults."""

from __future__ import annotations

import re
from typing import Any

from training.checks import Problems

RUNTIMES = ("torch", "onnxruntime", "openvino")
QUANTIZATIONS = ("none", "fp16")
MOST_REPLICAS = 16
FORMATS = ("torch", "onnx", "openvino")
_DEVICE = re.compile(r"cpu|cuda(:\d{1,2})?")


def settings(asked: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """`{"device", "runtime", "quantization", "replicas"}`; what is not asked for comes from `defaults`."""
    problems = Problems()
    given = {
        name: asked[name] if asked.get(name) is not None else default for name, default in defaults.items()
    }
    runtime = problems.choice(given["runtime"], "runtime", RUNTIMES)
    device = given["device"]
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        problems.add("device", "must be cpu, cuda or cuda:<number>")
    elif runtime == "openvino" and device != "cpu":
        problems.add("device", "openvino runs on cpu here; choose torch or onnxruntime for a GPU")
    quantization = _quantization(given["quantization"], problems)
    replicas = problems.number(given["replicas"], "replicas", whole=True, low=1, high=MOST_REPLICAS)
    problems.stop()
    return {"device": device, "runtime": runtime, "quantization": quantization, "replicas": replicas}


def export(asked: dict[str, Any]) -> dict[str, str]:
    """`{"format", "quantization"}` of an export; raises BadInput naming what this version cannot make."""
    problems = Problems()
    wanted = problems.choice(asked.get("format"), "format", FORMATS)
    quantization = _quantization(asked.get("quantization") or "none", problems)
    if wanted == "torch" and quantization not in (None, "none"):
        problems.add("quantization", "the torch bundle keeps its weights as trained; choose onnx or openvino")
    if asked.get("pruning"):
        problems.add("pruning", "exports keep every weight: only 0 is possible")
    problems.stop()
    return {"format": wanted, "quantization": quantization}


def _quantization(value: object, problems: Problems) -> Any:
    return problems.choice(value, "quantization", QUANTIZATIONS)
