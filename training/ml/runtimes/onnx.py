"""ONNX Runtime as a runtime."""

from pathlib import Path

import numpy as np
import onnxruntime

from training.ml.failures import Failure
from training.ml.runtimes import Floats


def open_onnx(
    folder: Path, quantization: str, device: str = "cpu", threads: int | None = None, streams: int = 1
) -> "OnnxRuntime":
    """The model in a folder. Raises `Failure` where the device is none of this ONNX Runtime's."""
    return OnnxRuntime(folder / "model.onnx", quantization, device, threads)


class OnnxRuntime:
    """A session over an ONNX file, or over a model in memory as bytes."""

    def __init__(
        self,
        model: Path | bytes,
        quantization: str = "none",
        device: str = "cpu",
        threads: int | None = None,
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        # Waiting threads that spin take the cores from everyone else, and from what comes next here.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if threads:
            options.intra_op_num_threads = threads
        providers = ["CPUExecutionProvider"]
        if device.startswith("cuda"):
            if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
                raise Failure(
                    "No such device", "This onnxruntime has no CUDA provider.", "Install onnxruntime-gpu."
                )
            providers.insert(0, "CUDAExecutionProvider")
        source = model if isinstance(model, bytes) else str(model)
        self.session = onnxruntime.InferenceSession(source, options, providers=providers)
        self.precision = "int8, the rest float32" if quantization == "int8" else "float32"

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        outputs = self.session.run(None, {"image": batch})
        return tuple(np.asarray(output, np.float32) for output in outputs)
