"""Int8 in OpenVINO with ranges that were learned: what the ONNX model with its pairs becomes there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import openvino

from training.ml.quantize.onnx_layers import OnnxLayers
from training.ml.quantize.onnx_pairs import Range
from training.ml.runtimes import Floats
from training.ml.runtimes.openvino import OpenvinoRuntime


class OpenvinoLearned:
    """An ONNX model in floats whose layers are quantized with the ranges of their inputs, by name."""

    def __init__(
        self, file: Path, images: Sequence[Floats], modules: Sequence[str], learned: Mapping[str, Range]
    ) -> None:
        self.onnx = OnnxLayers(file, images, modules, learned)
        self.layers, self.weighted = self.onnx.layers, self.onnx.weighted

    def build(self, kept: frozenset[str]) -> OpenvinoRuntime:
        """See `Candidate`."""
        with TemporaryDirectory() as name:
            self.save(kept, Path(name))
            return OpenvinoRuntime(Path(name) / "model.xml", "int8")

    def save(self, kept: frozenset[str], folder: Path) -> None:
        """See `Candidate`."""
        with TemporaryDirectory() as name:
            self.onnx.save(kept, Path(name))
            model = openvino.convert_model(str(Path(name) / "model.onnx"))
            openvino.save_model(model, str(folder / "model.xml"), compress_to_fp16=False)
