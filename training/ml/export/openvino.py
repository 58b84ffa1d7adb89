"""OpenVINO's intermediate representation with dynamic batch and, where the architecture allows it, size."""

from pathlib import Path

import openvino
import torch
from torch import Tensor, nn

from training.ml.export.plan import Plan


def write_openvino(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.xml` and `model.bin` into `folder`, weights in float16 where halved."""
    shape = openvino.PartialShape([-1, 3, *((-1, -1) if plan.dynamic_size else plan.size)])
    converted = openvino.convert_model(
        model, example_input=torch.zeros(2, 3, *plan.size), input=[("image", shape)]
    )
    name_fused(converted, model)
    openvino.save_model(converted, str(folder / "model.xml"), compress_to_fp16=plan.half)


def name_fused(converted: openvino.Model, model: nn.Module) -> None:
    """Give the convolutions that took up a batch norm, and lost their names to it, those of their modules.

    A norm scales output channels: their weights are told by their directions.
    """
    named = [(name, module) for name, module in model.named_modules() if isinstance(module, nn.Conv2d)]
    for op in converted.get_ordered_ops():
        kind, name = op.get_type_name(), op.get_friendly_name()
        if kind not in ("Convolution", "GroupConvolution") or name.startswith("__module."):
            continue
        weight = op.input_value(1).get_node()
        if weight.get_type_name() == "Reshape":
            weight = weight.input_value(0).get_node()
        if weight.get_type_name() != "Constant":
            continue
        values = torch.from_numpy(weight.get_data().copy()).reshape(tuple(op.input_value(1).get_shape()))
        if kind == "GroupConvolution":
            values = values.flatten(0, 1)
        own = next((item for item in named if same_directions(values, item[1].weight.detach())), None)
        if own is not None:
            named.remove(own)
            op.set_friendly_name(f"__module.{own[0]}/fused/Convolution")


def same_directions(one: Tensor, other: Tensor) -> bool:
    """Whether weights are equal but for a factor of each output channel, which may be 0."""
    if one.shape != other.shape:
        return False
    a, b = one.flatten(1).double(), other.flatten(1).double()
    products, lengths = (a * b).sum(1).abs(), a.norm(dim=1) * b.norm(dim=1)
    return bool((products >= 0.9999 * lengths).all() and lengths.any())
