"""Int8 in ONNX: pairs of QuantizeLinear and DequantizeLinear round the inputs and the weights of the layers,
which the runtime turns into integer arithmetic.

A pair costs a pass over memory, so that only what multiplies with weights is quantized: everything between,
as norms, activations, sums and resizing, reads and writes floats. Inputs are unsigned and have a zero point,
weights are signed, symmetric, and have a scale for each output channel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from training.ml.quantize.budget import full_name
from training.ml.quantize.onnx_pairs import Layer, Range, quantized, scale_of
from training.ml.quantize.onnx_weights import WEIGHTED, channel_axis, rounded
from training.ml.runtimes import Floats
from training.ml.runtimes.onnx import OnnxRuntime

SMALLEST = 1024
LARGEST_BIAS = 2.0**30


class OnnxLayers:
    """A model whose layers, named as the `modules` of the model, are quantized with ranges: those of the
    images `[1, 3, h, w]`, or, where layers learned theirs, those of their inputs by the layer's name; layers
    without one then stay in floats.
    """

    def __init__(
        self,
        file: Path,
        images: Sequence[Floats],
        modules: Sequence[str],
        learned: Mapping[str, Range] | None = None,
    ) -> None:
        self.model = without_aliases(onnx.load(str(file)))
        initial = {item.name for item in self.model.graph.initializer}
        self.weighted = sum(n.op_type in WEIGHTED and n.input[1] in initial for n in self.model.graph.node)
        found = layers_of(self.model, modules)
        if learned:
            self.ranges = {layer.source: learned[layer.name] for layer in found if layer.name in learned}
            # What the next layer reads is rounded as that one learned; nothing else was rounded in training.
            found = [
                replace(layer, target=layer.target if layer.target in self.ranges else "")
                for layer in found
                if layer.name in learned
            ]
        else:
            tensors = {name for layer in found for name in (layer.source, layer.target) if name}
            self.ranges = measured(self.model, sorted(tensors), images)
        self.found = [layer for layer in found if fits(self.model, layer, self.ranges)]
        self.layers = tuple(layer.name for layer in self.found)

    def graph(self, kept: frozenset[str]) -> onnx.ModelProto:
        """The model with the kept layers in floats."""
        return quantized(self.model, [one for one in self.found if one.name not in kept], self.ranges)

    def build(self, kept: frozenset[str]) -> OnnxRuntime:
        """See `Candidate`."""
        return OnnxRuntime(self.graph(kept).SerializeToString(), "int8")

    def save(self, kept: frozenset[str], folder: Path) -> None:
        """See `Candidate`."""
        onnx.save(self.graph(kept), str(folder / "model.onnx"))


def layers_of(model: onnx.ModelProto, modules: Sequence[str]) -> list[Layer]:
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
        name = full_name(module_of(node.name), modules)
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name = f"{name}:{names[name]}"
        target = ended(node.output[0], readers) if node.op_type == "Conv" else ""
        found.append(Layer(name, node.name, node.input[0], target))
    return found


def without_aliases(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model in which nodes read weights themselves: the exporter gives equal ones other names."""
    initial = {item.name for item in model.graph.initializer}
    nodes = list(model.graph.node)
    alias = {n.output[0]: n.input[0] for n in nodes if n.op_type == "Identity" and n.input[0] in initial}
    for node in nodes:
        for place, name in enumerate(node.input):
            node.input[place] = alias.get(name, name)
    del model.graph.node[:]
    model.graph.node.extend(node for node in nodes if not (node.output and node.output[0] in alias))
    return model


def fits(model: onnx.ModelProto, layer: Layer, ranges: Mapping[str, Range]) -> bool:
    """Whether the layer's bias, in units of the products, is within int32: not where its inputs all but
    vanish.
    """
    node = next(item for item in model.graph.node if item.name == layer.node)
    if len(node.input) < 3:
        return True
    initial = {item.name: item for item in model.graph.initializer}
    if node.input[2] not in initial:
        return False
    weight = np.asarray(numpy_helper.to_array(initial[node.input[1]]), np.float32)
    _, scales = rounded(weight, channel_axis(node, weight.ndim))
    unit = scales.astype(np.float64) * scale_of(ranges[layer.source])
    return bool((np.abs(numpy_helper.to_array(initial[node.input[2]])) < unit * LARGEST_BIAS).all())


def ended(tensor: str, readers: Mapping[str, Sequence[onnx.NodeProto]]) -> str:
    """The tensor behind the ReLU that alone reads this one, else this one."""
    after = readers.get(tensor, ())
    return after[0].output[0] if len(after) == 1 and after[0].op_type == "Relu" else tensor


def module_of(name: str) -> str:
    """The module of a node, from its name as the exporter from PyTorch gives it: of modules in a list, in
    each other, the inner one repeats the outer one's name.
    """
    path: list[str] = []
    for part in name.strip("/").split("/")[:-1]:
        if path and part.startswith(f"{path[-1]}."):
            path.pop()
        path.append(part)
    return ".".join(path) or name


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
