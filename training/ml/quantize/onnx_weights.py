"""Weights in int8 in an ONNX file, each scaled back where it is used: a quarter of the size, the arithmetic
of floats.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from training.ml.runtimes import Floats

SMALLEST = 1024
LARGEST = 127.0
SMALL_CHANNEL = 1e-4
WEIGHTED = ("Conv", "ConvTranspose", "MatMul", "Gemm")


def compress(folder: Path) -> dict[str, Any]:
    """Rewrite `model.onnx` of the folder: the weights of convolutions and matrix products in int8, with a
    scale for each output channel; what `export.json` says of it.
    """
    file = folder / "model.onnx"
    model = onnx.load(str(file))
    uses = {node.input[1]: node for node in model.graph.node if node.op_type in WEIGHTED}
    nodes: list[onnx.NodeProto] = []
    for weight in list(model.graph.initializer):
        values = numpy_helper.to_array(weight)
        if weight.name not in uses or values.size < SMALLEST or values.dtype != np.float32:
            continue
        nodes += scaled_back(model, weight, channel_axis(uses[weight.name], values.ndim))
    nodes.extend(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(file))
    return {}


def scaled_back(model: onnx.ModelProto, weight: onnx.TensorProto, axis: int) -> list[onnx.NodeProto]:
    """Put the weight into the model in int8 with its scales, and give the nodes that make floats of it under
    its own name. A runtime computes a cast and a product of constants once, when it loads the model.
    """
    name = weight.name
    whole, scales = rounded(np.asarray(numpy_helper.to_array(weight), np.float32), axis)
    spread = scales.reshape([-1 if place == axis else 1 for place in range(whole.ndim)])
    weight.CopyFrom(numpy_helper.from_array(whole, f"{name}.int8"))
    model.graph.initializer.append(numpy_helper.from_array(spread, f"{name}.scale"))
    return [
        helper.make_node("Cast", [f"{name}.int8"], [f"{name}.whole"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name]),
    ]


def rounded(weight: Floats, axis: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """A weight in int8, -127 to 127, and the scale of each channel along `axis`."""
    others = tuple(place for place in range(weight.ndim) if place != axis)
    largest = np.abs(weight).max(others)
    # A channel of all but nothing is not worth a scale at which its bias would overflow.
    least = max(float(largest.max(initial=0.0)) * SMALL_CHANNEL, 1e-12)
    scales = np.maximum(largest, least).astype(np.float32) / np.float32(LARGEST)
    spread = scales.reshape([-1 if place == axis else 1 for place in range(weight.ndim)])
    return np.clip(np.rint(weight / spread), -LARGEST, LARGEST).astype(np.int8), scales


def channel_axis(node: onnx.NodeProto, ndim: int) -> int:
    """The axis of the output channels in the weight of a node."""
    if node.op_type == "Conv":
        return 0
    if node.op_type == "ConvTranspose":
        return 1
    turned = any(item.name == "transB" and item.i for item in node.attribute)
    return 0 if turned else ndim - 1
