"""OpenVINO's intermediate representation with dynamic batch and size."""

from pathlib import Path

import openvino
import torch
from torch import nn

from training.ml.runtimes.openvino import OpenvinoRuntime


def write_openvino(model: nn.Module, folder: Path, size: tuple[int, int], half: bool) -> OpenvinoRuntime:
    """Write `model.xml` and `model.bin` into `folder` (weights in float16 where `half`) and open them."""
    shape = openvino.PartialShape([-1, 3, -1, -1])
    converted = openvino.convert_model(
        model, example_input=torch.zeros(2, 3, *size), input=[("image", shape)]
    )
    openvino.save_model(converted, str(folder / "model.xml"), compress_to_fp16=half)
    return OpenvinoRuntime(folder / "model.xml", "cpu", None, half)
