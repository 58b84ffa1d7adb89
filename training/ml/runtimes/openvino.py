"""OpenVINO as a runtime."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import openvino

from training.ml.failures import Failure
from training.ml.runtimes import Floats

NAMES = {"f32": "float32", "bf16": "bfloat16", "f16": "float16"}


def open_openvino(
    folder: Path, quantization: str, device: str = "cpu", threads: int | None = None, streams: int = 1
) -> "OpenvinoRuntime":
    """The model in a folder. Raises `Failure` where the device is none of OpenVINO's."""
    if not device.startswith("cpu"):
        raise Failure(
            "No such device", f"OpenVINO serves on the CPU here, not on {device}.", "Deploy it on cpu."
        )
    return OpenvinoRuntime(folder / "model.xml", quantization, threads, streams)


class OpenvinoRuntime:
    """A compiled model, a file or one in memory; `streams` threads may call it at once.

    What a quantized model keeps in floats is computed in bfloat16 where the processor has instructions for
    it, else in float32; a model in full precision, or with halved weights alone, always in float32.
    """

    def __init__(
        self, model: Any, quantization: str = "none", threads: int | None = None, streams: int = 1
    ) -> None:
        core = openvino.Core()
        native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        half = quantization == "bf16" or (quantization == "int8" and native)
        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
        }
        # Pinned to cores, the threads of two models, or of two processes, would end up on the same ones.
        config["ENABLE_CPU_PINNING"] = False
        if streams > 1:
            config["NUM_STREAMS"] = streams
        if threads:
            config["INFERENCE_NUM_THREADS"] = threads * streams
        self.kept = threading.local()
        self.model = core.compile_model(str(model) if isinstance(model, Path) else model, "CPU", config)
        floats = self.model.get_property("INFERENCE_PRECISION_HINT").to_string()
        rest = NAMES.get(floats, floats)
        self.precision = f"int8, the rest {rest}" if quantization == "int8" else rest

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        # A request keeps its buffers: a new one for each call would touch every page of them anew.
        request = getattr(self.kept, "request", None)
        if request is None:
            request = self.kept.request = self.model.create_infer_request()
        outputs = request.infer([batch])
        return tuple(np.array(outputs[i], np.float32) for i in range(len(self.model.outputs)))
