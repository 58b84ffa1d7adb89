"""Int8 in OpenVINO: NNCF puts quantizers before the layers, and a layer stays in floats where its own are
taken out again.
"""

import logging
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import nncf
import openvino
from nncf.openvino.quantization.backend_parameters import BackendParameters
from openvino._offline_transformations import compress_quantize_weights_transformation
from openvino.utils.node_factory import NodeFactory

from training.ml.quantize.budget import full_name
from training.ml.runtimes import Floats
from training.ml.runtimes.openvino import OpenvinoRuntime

WEIGHTED = ("Convolution", "GroupConvolution", "ConvolutionBackpropData", "MatMul")
# What moves values without computing: a quantizer may stand before it.
MOVES = ("Reshape", "Transpose", "Squeeze", "Unsqueeze", "Convert")
# Beside these, quantizers of sums and products gain nothing and cost accuracy; single-channel convolutions
# compute in floats all the same, behind a slow transposition of bytes.
ATTENTION = ("ScaledDotProductAttention", "Softmax")
FLOATS = ["Add", "Multiply", "Subtract", "Divide", "Interpolate", "Concat", "MVN", "Softmax", "GridSample"]
FLOATS += [
    "ScaledDotProductAttention",
    "ReduceMean",
    "Power",
    "Sqrt",
    "Gelu",
    "AvgPool",
    "GroupNormalization",
]


class OpenvinoLayers:
    """A model in OpenVINO's representation, quantized by NNCF with ranges from images `[1, 3, h, w]`; layers
    are named as the `modules` of the model.
    """

    def __init__(self, file: Path, images: Sequence[Floats], modules: Sequence[str]) -> None:
        nncf.set_log_level(logging.ERROR)
        self.plain = openvino.Core().read_model(str(file))
        kinds = {op.get_type_name() for op in self.plain.get_ops()}
        ignored = {"types": FLOATS, "names": products(self.plain)} if kinds & set(ATTENTION) else {}
        with redirect_stdout(sys.stderr):  # NNCF draws progress bars
            self.model = nncf.quantize(
                self.plain.clone(),
                nncf.Dataset(list(images)),
                subset_size=len(images),
                preset=nncf.QuantizationPreset.MIXED,
                ignored_scope=nncf.IgnoredScope(**ignored, validate=False),
                advanced_parameters=nncf.AdvancedQuantizationParameters(
                    backend_params={BackendParameters.COMPRESS_WEIGHTS: False}
                ),
            )
        self.names = layer_names(self.model, modules)
        self.layers = tuple(self.names.values())
        self.weighted = sum(
            op.get_type_name() in WEIGHTED and is_constant(op.input_value(1)) for op in self.plain.get_ops()
        )

    def graph(self, kept: frozenset[str]) -> openvino.Model:
        """The model with the kept layers, and whatever else their modules compute, in floats."""
        model = self.model.clone()
        modules = {name.partition(":")[0] for name in kept}
        biases = constants(self.plain)
        whole = kept >= set(self.layers)
        for op in model.get_ordered_ops():
            name = op.get_friendly_name()
            own = self.names.get(name)
            others = own is None and (whole or module_of(name) in modules)
            if op.get_type_name() == "FakeQuantize" or not (own in kept or others):
                continue
            for port in op.inputs():
                source = port.get_source_output()
                port.replace_source_output(unquantized(source))
            if own in kept:
                restore_bias(op, biases)
        model.validate_nodes_and_infer_types()
        compress_quantize_weights_transformation(model)
        return model

    def build(self, kept: frozenset[str]) -> OpenvinoRuntime:
        """See `Candidate`."""
        return OpenvinoRuntime(self.graph(kept), "int8")

    def save(self, kept: frozenset[str], folder: Path) -> None:
        """See `Candidate`."""
        openvino.save_model(self.graph(kept), str(folder / "model.xml"), compress_to_fp16=False)


def module_of(name: str) -> str:
    """The module that an operation belongs to, from its name as the converter from PyTorch gives it."""
    return name.partition("/")[0].removeprefix("__module.")


def layer_names(model: openvino.Model, modules: Sequence[str]) -> dict[str, str]:
    """The layers that are quantized, in order: the operation's name to the module's, with the operation's
    where a module has several.
    """
    found = [op.get_friendly_name() for op in model.get_ordered_ops() if is_quantized(op)]
    full = {name: full_name(module_of(name), modules) for name in found}
    times = Counter(full.values())
    return {
        name: module if times[module] == 1 else f"{module}:{name.split('/')[-1]}"
        for name, module in full.items()
    }


def is_quantized(op: Any) -> bool:
    """Whether an operation multiplies with weights that pass a quantizer."""
    return op.get_type_name() in WEIGHTED and quantizer(op.input_value(1)) is not None


def quantizer(output: Any) -> Any:
    """The quantizer that an output passes just before, None where there is none."""
    node = output.get_node()
    while node.get_type_name() in MOVES:
        node = node.input_value(0).get_node()
    return node if node.get_type_name() == "FakeQuantize" else None


def unquantized(output: Any) -> Any:
    """The same output without that quantizer; what moves its values is made anew."""
    node = output.get_node()
    if node.get_type_name() == "FakeQuantize":
        return node.input_value(0)
    if quantizer(output) is None:
        return output
    first, *rest = (port.get_source_output() for port in node.inputs())
    fresh = NodeFactory("opset13").create(
        node.get_type_name(), [unquantized(first), *rest], node.get_attributes()
    )
    return fresh.output(output.get_index())


def products(model: openvino.Model) -> list[str]:
    """Names of products of two things that are computed, as queries with keys."""
    return [
        op.get_friendly_name()
        for op in model.get_ops()
        if op.get_type_name() == "MatMul"
        and not any(is_constant(port.get_source_output()) for port in op.inputs())
    ]


def is_constant(output: Any) -> bool:
    """Whether an output comes from a constant alone."""
    node = output.get_node()
    while node.get_type_name() in MOVES:
        node = node.input_value(0).get_node()
    return bool(node.get_type_name() == "Constant")


def constants(model: openvino.Model) -> dict[str, Any]:
    """The constant that each sum adds, by the sum's name."""
    return {
        op.get_friendly_name(): port.get_source_output()
        for op in model.get_ops()
        if op.get_type_name() == "Add"
        for port in op.inputs()
        if is_constant(port.get_source_output())
    }


def restore_bias(op: Any, biases: dict[str, Any]) -> None:
    """Give the sum behind a layer the bias that it had before quantization, which NNCF corrects."""
    for target in op.output(0).get_target_inputs():
        total = target.get_node()
        plain = biases.get(total.get_friendly_name())
        if plain is None:
            continue
        for port in total.inputs():
            source = port.get_source_output()
            if is_constant(source) and source.get_partial_shape() == plain.get_partial_shape():
                constant = openvino.op.Constant(plain.get_node().get_data())
                port.replace_source_output(constant.output(0))
