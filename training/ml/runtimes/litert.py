"""LiteRT files, run by LiteRT's interpreter with XNNPACK."""

from pathlib import Path

import numpy as np

from training.ml.runtimes import Floats


def open_litert(
    folder: Path, quantization: str, device: str = "cpu", threads: int | None = None, streams: int = 1
) -> "LitertRuntime":
    """The file in a folder."""
    return LitertRuntime(folder / "model.tflite", threads)


class LitertRuntime:
    """A loaded file; it takes one image, so the images of a batch go one after the other."""

    precision = "float32"

    def __init__(self, file: Path, threads: int | None = None) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(str(file), num_threads=threads)
        self.interpreter.allocate_tensors()
        self.source = self.interpreter.get_input_details()[0]["index"]
        # By name: "…_output_0…", "…_output_1…" is the order in which the network gives them.
        outputs = sorted(self.interpreter.get_output_details(), key=lambda item: _place(item["name"]))
        self.outputs = [item["index"] for item in outputs]

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """See `Runtime`."""
        images = []
        for image in np.ascontiguousarray(batch, np.float32):
            self.interpreter.set_tensor(self.source, image[None])
            self.interpreter.invoke()
            images.append([self.interpreter.get_tensor(index) for index in self.outputs])
        return tuple(np.concatenate(parts) for parts in zip(*images, strict=True))


def _place(name: str) -> int:
    numbers = [part for part in name.replace(":", "_").split("_") if part.isdecimal()]
    return int(numbers[0]) if numbers else 0
