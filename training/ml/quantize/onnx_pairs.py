"""Pairs of QuantizeLinear and DequantizeLinear in an ONNX graph: what makes a layer compute in int8."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper

from training.ml.quantize.onnx_weights import channel_axis, rounded

LEVELS = 255
Range = tuple[float, float]


@dataclass(frozen=True)
class Layer:
    """A node that multiplies with weights, the tensor it reads, and the tensor it gives, behind an activation
    that ends it; empty where that stays in floats.
    """

    name: str
    node: str
    source: str
    target: str


def scale_of(bounds: Range) -> float:
    """The step of a tensor with that range, which always holds zero."""
    return max(max(bounds[1], 0.0) - min(bounds[0], 0.0), 1e-8) / LEVELS


def quantized(
    model: onnx.ModelProto, layers: Sequence[Layer], ranges: Mapping[str, Range]
) -> onnx.ModelProto:
    """A copy of the model in which these layers compute in int8."""
    fresh = onnx.ModelProto()
    fresh.CopyFrom(model)
    nodes = {node.name: node for node in fresh.graph.node}
    initial = {item.name: item for item in fresh.graph.initializer}
    made: list[onnx.NodeProto] = []
    scaled: dict[str, str] = {}
    for tensor in dict.fromkeys(name for one in layers for name in (one.source, one.target) if name):
        scaled[tensor] = f"{tensor}/scaled"
        made += pair(fresh, tensor, scaled[tensor], ranges[tensor])
    whole = {one.target for one in layers if one.target}
    members = {one.node for one in layers}
    for node in fresh.graph.node:
        for place, name in enumerate(node.input):
            if name in whole or (name in scaled and node.name in members and place == 0):
                node.input[place] = scaled[name]
    for output in fresh.graph.output:
        if output.name in whole:
            keep_output(fresh, output.name, scaled[output.name], nodes, made)
    shared: dict[str, str] = {}
    for layer in layers:
        node = nodes[layer.node]
        weight = initial[node.input[1]]
        if weight.name not in shared:
            shared[weight.name] = f"{weight.name}/scaled"
            made.append(weights_scaled(fresh, weight, node, shared[weight.name]))
        if node.op_type != "MatMul" and len(node.input) > 2 and node.input[2] in initial:
            bias = f"{layer.node}/bias"
            made.append(bias_scaled(fresh, initial[node.input[2]], weight.name, layer.source, bias))
            node.input[2] = bias
        node.input[1] = shared[weight.name]
    ordered = sort([*made, *fresh.graph.node], known(fresh))
    del fresh.graph.node[:]
    fresh.graph.node.extend(ordered)
    drop_unused(fresh)
    return fresh


def pair(model: onnx.ModelProto, tensor: str, scaled: str, bounds: Range) -> list[onnx.NodeProto]:
    """The nodes that round a tensor to `scaled`; zero is always exact."""
    scale = scale_of(bounds)
    zero = int(np.clip(round(-min(bounds[0], 0.0) / scale), 0, LEVELS))
    model.graph.initializer.append(numpy_helper.from_array(np.array(scale, np.float32), f"{tensor}/scale"))
    model.graph.initializer.append(numpy_helper.from_array(np.array(zero, np.uint8), f"{tensor}/zero"))
    by = [f"{tensor}/scale", f"{tensor}/zero"]
    return [
        helper.make_node("QuantizeLinear", [tensor, *by], [f"{tensor}/int8"], f"{tensor}/quantize"),
        helper.make_node("DequantizeLinear", [f"{tensor}/int8", *by], [scaled], f"{tensor}/dequantize"),
    ]


def weights_scaled(
    model: onnx.ModelProto, weight: onnx.TensorProto, node: onnx.NodeProto, name: str
) -> onnx.NodeProto:
    """Add the weight in int8 and give the node that scales it back to `name`."""
    values = np.asarray(numpy_helper.to_array(weight), np.float32)
    axis = channel_axis(node, values.ndim)
    whole, scales = rounded(values, axis)
    zeros = np.zeros(len(scales), np.int8)
    for value, end in ((whole, "int8"), (scales, "scale"), (zeros, "zero")):
        model.graph.initializer.append(numpy_helper.from_array(value, f"{weight.name}/{end}"))
    inputs = [f"{weight.name}/int8", f"{weight.name}/scale", f"{weight.name}/zero"]
    return helper.make_node("DequantizeLinear", inputs, [name], f"{name}/dequantize", axis=axis)


def bias_scaled(
    model: onnx.ModelProto, bias: onnx.TensorProto, weight: str, source: str, name: str
) -> onnx.NodeProto:
    """Add the bias in int32 with the scale of the products, as integer convolutions take it."""
    scales = {item.name: item for item in model.graph.initializer if item.name.endswith("/scale")}
    products = numpy_helper.to_array(scales[f"{source}/scale"]) * numpy_helper.to_array(
        scales[f"{weight}/scale"]
    )
    values = np.rint(numpy_helper.to_array(bias) / products).astype(np.int32)
    for value, end in ((values, "int32"), (products.astype(np.float32), "scale")):
        model.graph.initializer.append(numpy_helper.from_array(value, f"{name}/{end}"))
    inputs = [f"{name}/int32", f"{name}/scale"]
    return helper.make_node("DequantizeLinear", inputs, [name], f"{name}/dequantize", axis=0)


def keep_output(
    model: onnx.ModelProto,
    name: str,
    scaled: str,
    nodes: Mapping[str, onnx.NodeProto],
    made: Iterable[onnx.NodeProto],
) -> None:
    """Let the rounded tensor have the output's name, and the one before another."""
    inner = f"{name}/inner"
    for node in nodes.values():
        for place, output in enumerate(node.output):
            if output == name:
                node.output[place] = inner
    for node in made:
        for place, source in enumerate(node.input):
            if source == name:
                node.input[place] = inner
        for place, output in enumerate(node.output):
            if output == scaled:
                node.output[place] = name
    for node in nodes.values():
        for place, source in enumerate(node.input):
            if source == scaled:
                node.input[place] = name


def known(model: onnx.ModelProto) -> set[str]:
    """Tensors that are there before any node."""
    return {"", *(item.name for item in model.graph.initializer), *(item.name for item in model.graph.input)}


def sort(nodes: Sequence[onnx.NodeProto], ready: set[str]) -> list[onnx.NodeProto]:
    """The nodes in an order in which each reads what is there."""
    ordered: list[onnx.NodeProto] = []
    waiting = list(nodes)
    while waiting:
        later = []
        for node in waiting:
            if all(name in ready for name in node.input):
                copy = onnx.NodeProto()
                copy.CopyFrom(node)
                ordered.append(copy)
                ready.update(node.output)
            else:
                later.append(node)
        if len(later) == len(waiting):
            raise ValueError(f"nothing gives {later[0].input}")
        waiting = later
    return ordered


def drop_unused(model: onnx.ModelProto) -> None:
    """Delete the weights that nothing reads any longer."""
    read = {name for node in model.graph.node for name in node.input}
    left = [item for item in model.graph.initializer if item.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(left)
