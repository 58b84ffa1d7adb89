"""ONNX with dynamic batch and, where the architecture allows it, size."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from training.ml.export.plan import Plan

OPSET = 17
SMALLEST_HALVED = 256


def write_onnx(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.onnx` into `folder`, weights in float16 where halved."""
    file = folder / "model.onnx"
    axes = {"image": {0: "batch"}, **{name: {0: "batch"} for name in plan.outputs}}
    if plan.dynamic_size:
        axes["image"] |= {2: "height", 3: "width"}
        axes = {name: {**own, **plan.outputs.get(name, {})} for name, own in axes.items()}
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the TorchScript exporter announces its successor, which is ten times slower
        torch.onnx.export(
            model,
            (torch.zeros(2, 3, *plan.size),),
            str(file),
            input_names=["image"],
            output_names=list(plan.outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    if plan.half:
        onnx.save(halve_weights(onnx.load(str(file))), str(file))
    onnx.checker.check_model(str(file))


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store float32 weights as float16, each cast back where it is used: half the file, the same arithmetic.

    The runtime folds the casts when it loads the model.
    """
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < SMALLEST_HALVED:
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model
