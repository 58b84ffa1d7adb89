"""The engines that run a bundle's network, one file each; all take float32 `[n, 3, h, w]` and give the
outputs that `training.ml.reading` names, of a semantic model logits `[n, labels, h', w']`.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from training.ml.bundle import Bundle
from training.ml.failures import Failure
from training.ml.threads import share_cores

Floats = npt.NDArray[np.float32]
RUNTIMES = ("torch", "onnxruntime", "openvino")
QUANTIZATIONS = ("none", "fp16")
EXPORT_SECONDS = 600


class Runtime(Protocol):
    """A loaded network."""

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """Normalised images `[n, 3, h, w]` to the outputs, each `[n, …]` float32."""
        ...


def load_runtime(
    bundle: Bundle, runtime: str, device: str, threads: int | None, quantization: str, streams: int = 1
) -> Runtime:
    """Load the bundle's network into an engine that `streams` threads use at once, each with `threads` cores.

    Raises `Failure` for an unknown choice or a failed export.
    """
    if quantization not in QUANTIZATIONS:
        raise Failure("Unknown quantization", f"{quantization!r} is none of {', '.join(QUANTIZATIONS)}.")
    if runtime == "torch":
        share_cores()
        from training.ml.runtimes.pytorch import TorchRuntime

        return TorchRuntime(bundle, device, threads, half=quantization == "fp16")
    if runtime == "onnxruntime":
        from training.ml.runtimes.onnx import OnnxRuntime

        return OnnxRuntime(exported(bundle, "onnx", quantization), device, threads)
    if runtime == "openvino":
        from training.ml.runtimes.openvino import OpenvinoRuntime

        file = exported(bundle, "openvino", quantization)
        return OpenvinoRuntime(file, device, threads, quantization == "fp16", streams)
    raise Failure("Unknown runtime", f"{runtime!r} is none of {', '.join(RUNTIMES)}.")


def exported(bundle: Bundle, format: str, quantization: str) -> Path:
    """The runtime's model file beside the bundle, exported by a child process where it is not there yet."""
    name = format if quantization == "none" else f"{format}-{quantization}"
    folder = bundle.folder / "runtimes" / name
    file = folder / ("model.onnx" if format == "onnx" else "model.xml")
    if not file.exists():
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
    return file
