"""OpenVINO's intermediate representation with dynamic batch and, where the architecture allows it, size."""

from pathlib import Path

import openvino
import torch
from torch import nn

from training.ml.export.plan import Plan


def write_openvino(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.xml` and `model.bin` into `folder`, weights in float16 where halved."""
    shape = openvino.PartialShape([-1, 3, *((-1, -1) if plan.dynamic_size else plan.size)])
    converted = openvino.convert_model(
        model, example_input=torch.zeros(2, 3, *plan.size), input=[("image", shape)]
    )
    openvino.save_model(converted, str(folder / "model.xml"), compress_to_fp16=plan.half)
