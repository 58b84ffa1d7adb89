"""The engines that run a bundle's network, one file each; all take float32 `[n, 3, h, w]` and give the
outputs that `training.ml.reading` names, of a semantic model logits `[n, labels, h', w']`.
"""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from training.ml.bundle import Bundle
from training.ml.failures import Failure
from training.ml.threads import share_cores

Floats = npt.NDArray[np.float32]
# What each runtime serves; "torch" reads the bundle itself, the others a file of their format.
QUANTIZATIONS = {
    "torch": ("none", "fp16", "bf16"),
    "onnxruntime": ("none", "fp16", "int8", "int8_weights"),
    "openvino": ("none", "fp16", "bf16", "int8", "int8_weights"),
}
RUNTIMES = tuple(QUANTIZATIONS)
FORMAT_OF = {"onnxruntime": "onnx", "openvino": "openvino"}
# What opens the files of a format: "module:function", called as `Opener` says.
READERS = {
    "onnx": "training.ml.runtimes.onnx:open_onnx",
    "openvino": "training.ml.runtimes.openvino:open_openvino",
    "torchscript": "training.ml.runtimes.traced:open_torchscript",
    "torch_export": "training.ml.runtimes.traced:open_program",
    # The recipe's network is an ONNX file; an engine of it is built where the GPU is.
    "tensorrt": "training.ml.runtimes.onnx:open_onnx",
    "executorch": "training.ml.runtimes.executorch:open_executorch",
    "litert": "training.ml.runtimes.litert:open_litert",
}
EXPORT_SECONDS = 600


class Runtime(Protocol):
    """A loaded network. `precision` says in words what it computes in here."""

    precision: str

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """Normalised images `[n, 3, h, w]` to the outputs, each `[n, …]` float32."""
        ...


# Folder, quantization, device, threads (None: all cores), streams (threads that call it at once).
Opener = Callable[[Path, str, str, int | None, int], Runtime]


def load_runtime(
    bundle: Bundle, runtime: str, device: str, threads: int | None, quantization: str, streams: int = 1
) -> Runtime:
    """Load the bundle's network into an engine that `streams` threads use at once, each with `threads` cores.

    Raises `Failure` for an unknown choice, a failed export, or one that has to be made first.
    """
    if runtime not in RUNTIMES:
        raise Failure("Unknown runtime", f"{runtime!r} is none of {', '.join(RUNTIMES)}.")
    if quantization not in QUANTIZATIONS[runtime]:
        known = ", ".join(QUANTIZATIONS[runtime])
        raise Failure("Unknown quantization", f"{quantization!r} is none that {runtime} serves: {known}.")
    if runtime == "torch":
        share_cores()
        from training.ml.runtimes.pytorch import TorchRuntime

        return TorchRuntime(bundle, device, threads, quantization)
    format = FORMAT_OF[runtime]
    return open_export(exported(bundle, format, quantization), format, quantization, device, threads, streams)


def open_export(
    folder: Path,
    format: str,
    quantization: str,
    device: str = "cpu",
    threads: int | None = None,
    streams: int = 1,
) -> Runtime:
    """Open the model files of a format that lie in a folder, set up as they are when they serve.

    Raises `Failure` where nothing opens the format.
    """
    if format not in READERS:
        raise Failure("Unknown export format", f"{format!r} is none of {', '.join(READERS)}.")
    module, name = READERS[format].split(":")
    opener = cast(Opener, getattr(importlib.import_module(module), name))
    return opener(folder, quantization, device, threads, streams)


def exported(bundle: Bundle, format: str, quantization: str) -> Path:
    """The folder of the format's files beside the bundle, made by a child process where it is not there yet
    and no images are needed for it. Raises `Failure`.
    """
    name = format if quantization == "none" else f"{format}-{quantization}"
    folder = bundle.folder / "runtimes" / name
    if (folder / ("model.onnx" if format == "onnx" else "model.xml")).exists():
        return folder
    if quantization == "int8":
        hint = "Make the int8 export of this artifact first: it is calibrated on the project's images."
        raise Failure("Export needed", f"{bundle.folder} has no {format} model in int8.", hint)
    command = [sys.executable, "-m", "training.ml.export", str(bundle.folder), "--format", format]
    command += ["--quantization", quantization, "--out", str(folder)]
    path = os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=EXPORT_SECONDS,
        env={**os.environ, "PYTHONPATH": path},
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Failure("Export failed", f"{format} could not be made from {bundle.folder}: {last}")
    return folder
