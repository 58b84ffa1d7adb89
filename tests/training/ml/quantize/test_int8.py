"""Int8 after training: smaller, told what it loses, and the same layers in floats as the record says."""

import json
from pathlib import Path

import numpy as np
import onnx
import openvino
import pytest

from training.ml.bundle import Bundle
from training.ml.export import Asked, export_bundle, folded_model
from training.ml.failures import Failure
from training.ml.quantize.budget import Outcome
from training.ml.quantize.onnx_layers import OnnxLayers
from training.ml.quantize.openvino_layers import OpenvinoLayers
from training.ml.quantize.post import reasons
from training.ml.runtimes import open_export


@pytest.fixture(scope="module")
def onnx_int8(small: Bundle, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("int8") / "onnx"
    export_bundle(small, Asked("onnx", "int8", data, calibration=4, budget=100), folder)
    return folder


@pytest.fixture(scope="module")
def openvino_int8(small: Bundle, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("int8") / "openvino"
    export_bundle(small, Asked("openvino", "int8", data, calibration=2, budget=100), folder)
    return folder


def test_onnx_says_what_it_lost(onnx_int8: Path, small: Bundle) -> None:
    record = json.loads((onnx_int8 / "export.json").read_text())
    assert record["agrees"] and record["why"] == [] and record["kept_in_float"] == []
    assert record["calibration"] == {"images": 4}
    assert record["budget"]["points"] == 100 and record["budget"]["held"] and record["budget"]["tried"] == 1
    assert record["precision"] == "int8, the rest float32" and record["parity"]["agreement"] > 0.9
    assert record["files"][0]["size"] < small.weights.stat().st_size / 2


def test_how_many_layers_compute_in_int8_is_told(onnx_int8: Path, openvino_int8: Path) -> None:
    graph = onnx.load(str(onnx_int8 / "model.onnx")).graph
    initial = {item.name for item in graph.initializer}
    kinds = ("Conv", "ConvTranspose", "MatMul", "Gemm")
    rounded = [node.input[1] not in initial for node in graph.node if node.op_type in kinds]
    record = json.loads((onnx_int8 / "export.json").read_text())
    assert record["layers"] == {"int8": sum(rounded), "all": len(rounded)} and not all(rounded)
    record = json.loads((openvino_int8 / "export.json").read_text())
    assert record["layers"] == {"int8": len(rounded), "all": len(rounded)}


def test_int8_without_a_layer_in_int8_does_not_agree() -> None:
    kept = frozenset({"one", "two"})
    (why,) = reasons(Outcome(kept, 0.0, True, 4), 0.5, 2)
    assert "No layer of it computes in int8" in why
    assert reasons(Outcome(frozenset({"one"}), 0.0, True, 4), 0.5, 2) == []


def test_layers_have_the_names_of_their_modules(small: Bundle, tmp_path: Path) -> None:
    export_bundle(small, Asked("openvino"), tmp_path / "float")
    model = folded_model(small)
    image = np.random.default_rng(0).standard_normal((1, 3, 64, 64)).astype(np.float32)
    modules = {name for name, module in model.named_modules() if hasattr(module, "weight")}
    found = OpenvinoLayers(tmp_path / "float" / "model.xml", [image], sorted(modules)).layers
    assert set(found) <= modules and len(found) == len(set(found))


def test_onnx_multiplies_integers(onnx_int8: Path) -> None:
    kinds = [node.op_type for node in onnx.load(str(onnx_int8 / "model.onnx")).graph.node]
    assert kinds.count("QuantizeLinear") > 5 and kinds.count("DequantizeLinear") > 15


def test_openvino_says_what_it_lost(openvino_int8: Path, small: Bundle) -> None:
    record = json.loads((openvino_int8 / "export.json").read_text())
    assert record["budget"]["held"] and record["parity"]["agreement"] > 0.9
    assert record["precision"].startswith("int8, the rest ")
    model = openvino.Core().read_model(str(openvino_int8 / "model.xml"))
    assert sum(op.get_type_name() == "FakeQuantize" for op in model.get_ops()) > 5
    assert sum(item["size"] for item in record["files"]) < small.weights.stat().st_size / 2


def test_it_takes_other_sizes_and_batches(onnx_int8: Path, openvino_int8: Path) -> None:
    for folder, format in ((onnx_int8, "onnx"), (openvino_int8, "openvino")):
        (answer,) = open_export(folder, format, "int8").run(np.zeros((2, 3, 96, 64), np.float32))
        assert answer.shape[:2] == (2, 3)


def test_kept_layers_compute_in_floats(small: Bundle, tmp_path: Path) -> None:
    export_bundle(small, Asked("onnx"), tmp_path / "float")
    image = np.random.default_rng(0).standard_normal((1, 3, 64, 64)).astype(np.float32)
    layers = OnnxLayers(tmp_path / "float" / "model.onnx", [image], [])
    (plain,) = open_export(tmp_path / "float", "onnx", "none").run(image)
    errors = []
    for kept in (frozenset(layers.layers), frozenset(layers.layers[:-2]), frozenset[str]()):
        (answer,) = layers.build(kept).run(image)
        errors.append(float(np.abs(answer - plain).max()))
    assert errors[0] < 1e-4 < errors[1] < errors[2]


def test_without_images_it_is_refused(small: Bundle, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="Images needed"):
        export_bundle(small, Asked("onnx", "int8"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_validation_images_do_not_calibrate(small: Bundle, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "manifest.jsonl"
    other.write_text(data.read_text().replace('"split": "train"', '"split": "val"'))
    with pytest.raises(Failure, match="Images needed"):
        export_bundle(small, Asked("onnx", "int8", other), tmp_path / "out")


def test_data_of_other_classes_is_refused(small: Bundle, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "manifest.jsonl"
    other.write_text(data.read_text().replace('"name": "red"', '"name": "green"'))
    with pytest.raises(Failure, match="Data of other classes"):
        export_bundle(small, Asked("onnx", "int8", other), tmp_path / "out")


@pytest.mark.parametrize("format", ["onnx", "openvino"])
def test_weights_alone_are_a_quarter(small: Bundle, format: str, tmp_path: Path) -> None:
    found = export_bundle(small, Asked(format, "int8_weights"), tmp_path / "out")
    assert found.record["agrees"] and found.parity.agreement > 0.97
    assert sum(item["size"] for item in found.record["files"]) < small.weights.stat().st_size / 3
