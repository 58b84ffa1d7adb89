"""Int8 in ONNX: pairs of QuantizeLinear and DequantizeLinear round the inputs and the weights of the layers,
which the runtime turns into integer arithmetic.

A pair costs a pass over memory, so that only what multiplies with weights is quantized: everything between,
as norms, activations, sums and resizing, reads and writes floats. Inputs are unsigned and have a zero point,
weights are signed, symmetric, and have a scale for each output channel.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from training.ml.quantize.onnx_weights import channel_axis, rounded
from training.ml.runtimes import Floats
from training.ml.runtimes.onnx import OnnxRuntime

LEVELS = 255
SMALLEST = 1024
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


class OnnxLayers:
    """A model whose layers are quantized with ranges: those of the images `[1, 3, h, w]`, or given by tensor
    where they were learned.
    """

    def __init__(
        self, file: Path, images: Sequence[Floats], ranges: Mapping[str, Range] | None = None
    ) -> None:
        self.model = onnx.load(str(file))
        self.found = layers_of(self.model)
        self.layers = tuple(layer.name for layer in self.found)
        tensors = {name for layer in self.found for name in (layer.source, layer.target) if name}
        self.ranges = dict(ranges) if ranges is not None else measured(self.model, sorted(tensors), images)

    def graph(self, kept: frozenset[str]) -> onnx.ModelProto:
        """The model with the kept layers in floats."""
        return quantized(self.model, [one for one in self.found if one.name not in kept], self.ranges)

    def build(self, kept: frozenset[str]) -> OnnxRuntime:
        """See `Candidate`."""
        return OnnxRuntime(self.graph(kept).SerializeToString(), "int8")

    def save(self, kept: frozenset[str], folder: Path) -> None:
        """See `Candidate`."""
        onnx.save(self.graph(kept), str(folder / "model.onnx"))


def layers_of(model: onnx.ModelProto) -> list[Layer]:
    """The layers that can be quantized, in order, named as their modules."""
    weights = {item.name: int(np.prod(item.dims)) for item in model.graph.initializer}
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    names: dict[str, int] = {}
    found = []
    for node in model.graph.node:
        if node.op_type not in ("Conv", "MatMul", "Gemm") or weights.get(node.input[1], 0) < SMALLEST:
            continue
        # One channel at a time there is little to multiply: integers cost more than they save.
        if any(item.name == "group" and item.i > 1 for item in node.attribute):
            continue
        name = module_of(node.name)
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name = f"{name}:{names[name]}"
        target = ended(node.output[0], readers) if node.op_type == "Conv" else ""
        found.append(Layer(name, node.name, node.input[0], target))
    return found


def ended(tensor: str, readers: Mapping[str, Sequence[onnx.NodeProto]]) -> str:
    """The tensor behind the ReLU that alone reads this one, else this one."""
    after = readers.get(tensor, ())
    return after[0].output[0] if len(after) == 1 and after[0].op_type == "Relu" else tensor


def module_of(name: str) -> str:
    """The module of a node, from its name as the exporter from PyTorch gives it."""
    return ".".join(name.strip("/").split("/")[:-1]) or name


def measured(model: onnx.ModelProto, tensors: Sequence[str], images: Sequence[Floats]) -> dict[str, Range]:
    """The range of each tensor: the mean over the images of its least and its largest value, so that one
    outlier does not widen it for all.
    """
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    del watched.graph.output[:]
    for place, name in enumerate(tensors):
        for kind in ("Min", "Max"):
            output = f"{kind}/{place}"
            watched.graph.node.append(helper.make_node(f"Reduce{kind}", [name], [output], keepdims=0))
            watched.graph.output.append(helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, []))
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    seen = np.array([session.run(None, {"image": image}) for image in images], np.float64)
    pairs = seen.mean(0).reshape(-1, 2)
    return {name: (float(low), float(high)) for name, (low, high) in zip(tensors, pairs, strict=True)}


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
    low, high = min(bounds[0], 0.0), max(bounds[1], 0.0)
    scale = max(high - low, 1e-8) / LEVELS
    zero = int(np.clip(round(-low / scale), 0, LEVELS))
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
    limit = np.iinfo(np.int32)
    values = np.clip(np.rint(numpy_helper.to_array(bias) / products), limit.min, limit.max - 127)
    values = values.astype(np.int32)
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
