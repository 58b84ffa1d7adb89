"""ExecuTorch programs, run by the runtime that comes with its converter."""

from pathlib import Path

import numpy as np
import torch

from training.ml.runtimes import Floats


def open_executorch(
    folder: Path, quantization: str, device: str = "cpu", threads: int | None = None, streams: int = 1
) -> "ExecutorchRuntime":
    """The program in a folder."""
    return ExecutorchRuntime(folder / "model.pte")


class ExecutorchRuntime:
    """A loaded program; it takes one image, so the images of a batch go one after the other."""

    precision = "float32"

    def __init__(self, file: Path) -> None:
        from executorch.runtime import Runtime as Engine

        # The program has to outlive its method, which does not hold it.
        self.program = Engine.get().load_program(str(file))
        self.method = self.program.load_method("forward")

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        images = []
        for image in np.ascontiguousarray(batch, np.float32):
            found = self.method.execute([torch.from_numpy(image[None])])
            # The next image is written over the memory that these lie in.
            images.append([output.numpy().copy() for output in found])
        return tuple(np.concatenate(parts) for parts in zip(*images, strict=True))
