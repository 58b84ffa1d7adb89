"""What an architecture may be exported as: every format with what it cannot do and why. Imports no torch."""

from dataclasses import dataclass
from typing import Any

from training.ml.export.limits import ABSENT, CANNOT
from training.ml.export.registry import WRITERS
from training.ml.models.family import Architecture

# Of all formats, in the order in which they are offered.
QUANTIZATIONS = {
    "none": "float32",
    "fp16": "16-bit floats",
    "bf16": "bfloat16",
    "int8": "int8, calibrated",
    "int8_weights": "int8 weights",
}
NOT_HELD = {
    "torch": "PyTorch keeps the weights as trained here; choose ONNX or OpenVINO.",
    "onnx": "ONNX Runtime does not compute in it on a CPU; choose OpenVINO or PyTorch.",
    "tensorrt": "TensorRT chooses the precision when it builds the engine: see the recipe's flags.",
}
PLAIN = "This format is written in float32 here."


@dataclass(frozen=True)
class Format:
    """A format as it is offered: its title, the server's runtime for it, and the environment of its own that
    its converter needs.
    """

    title: str
    runtime: str | None = None
    needs: str | None = None


FORMATS: dict[str, Format] = {
    "torch": Format("PyTorch (safetensors)", "torch"),
    "torchscript": Format("TorchScript"),
    "torch_export": Format("PyTorch exported program"),
    "onnx": Format("ONNX", "onnxruntime"),
    "openvino": Format("OpenVINO", "openvino"),
    "tensorrt": Format("TensorRT recipe"),
    "executorch": Format("ExecuTorch", needs="executorch"),
    "litert": Format("LiteRT (TensorFlow Lite)", needs="litert"),
    "coreml": Format("CoreML"),
}


def capabilities(architecture: Architecture) -> list[dict[str, Any]]:
    """Every format, JSON-ready; `reason` says why one is not available."""
    return [_entry(name, item, architecture) for name, item in FORMATS.items()]


def _entry(name: str, item: Format, architecture: Architecture) -> dict[str, Any]:
    reason = ABSENT.get(name) or CANNOT.get((name, architecture.name))
    sizes = name == "torch" or (name in WRITERS and WRITERS[name].sizes)
    return {
        "format": name,
        "title": item.title,
        "available": reason is None,
        "reason": reason,
        "runtime": item.runtime,
        "dynamic_size": sizes and architecture.dynamic_size,
        "quantizations": [_quantization(name, each, title) for each, title in QUANTIZATIONS.items()],
        "needs": item.needs,
    }


def _quantization(name: str, quantization: str, title: str) -> dict[str, Any]:
    held = ("none", "bf16") if name == "torch" else WRITERS[name].quantizations if name in WRITERS else ()
    known = quantization in held
    reason = None if known else NOT_HELD.get(name) or ABSENT.get(name) or PLAIN
    return {"name": quantization, "title": title, "available": known, "reason": reason}
