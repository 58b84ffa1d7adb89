"""Which formats there are, what writes each, and what it can hold. Imports no torch."""

import importlib
from dataclasses import dataclass
from typing import Any

from training.ml.failures import Failure


@dataclass(frozen=True)
class Writer:
    """What writes a format.

    `function`, as "module:name", is called with the folded model, an empty folder and a `Plan`; it writes the
    model's files there. `quantizations` are those it can hold; `batches` and `sizes` say whether a file takes
    any number of images, and images of any size where the architecture does.
    """

    function: str
    quantizations: tuple[str, ...]
    batches: bool = True
    sizes: bool = True


WRITERS: dict[str, Writer] = {
    "onnx": Writer("training.ml.export.onnx:write_onnx", ("none", "fp16", "int8", "int8_weights")),
    "openvino": Writer(
        "training.ml.export.openvino:write_openvino", ("none", "fp16", "bf16", "int8", "int8_weights")
    ),
    "torchscript": Writer("training.ml.export.torchscript:write_torchscript", ("none",)),
    "torch_export": Writer("training.ml.export.program:write_program", ("none",)),
    "tensorrt": Writer("training.ml.export.tensorrt:write_tensorrt", ("none",)),
    "executorch": Writer("training.ml.export.executorch:write_executorch", ("none",), False, False),
    "litert": Writer("training.ml.export.litert:write_litert", ("none",), False, False),
}


def writer_of(format: str, quantization: str) -> Writer:
    """The writer of a format. Raises `Failure` where there is none, or none that holds the quantization."""
    writer = WRITERS.get(format)
    if writer is None:
        raise Failure("Unknown export format", f"{format!r} is none of {', '.join(WRITERS)}.")
    if quantization not in writer.quantizations:
        known = ", ".join(writer.quantizations)
        raise Failure("Unknown quantization", f"{quantization!r} is none that {format} holds: {known}.")
    return writer


def resolve(function: str) -> Any:
    """The function that "module:name" names."""
    module, name = function.split(":")
    return getattr(importlib.import_module(module), name)
