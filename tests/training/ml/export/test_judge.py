"""The judge compares an export with its model on validation images, and says where they part."""

import json
import sys
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import numpy_helper

from training.ml import judge
from training.ml.bundle import Bundle, save_random_bundle
from training.ml.export import Asked, export_bundle


@pytest.fixture(scope="module")
def data(drawn: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "manifest.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in drawn))
    return file


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("bundle") / "b"
    return save_random_bundle(folder, ("red", "blue"), architecture="unet", variant="small")


@pytest.fixture(scope="module")
def export(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "onnx"
    export_bundle(bundle, Asked("onnx"), folder)
    return folder


def report(bundle: Bundle, folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    out = folder.parent / "report.json"
    command = ["judge", str(bundle.folder), str(folder), "--data", str(data), "--images", "3"]
    monkeypatch.setattr(sys, "argv", [*command, "--out", str(out)])
    assert judge.main() == 0
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def test_a_faithful_export_agrees(
    bundle: Bundle, export: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = report(bundle, export, data, monkeypatch)
    assert found["agrees"] and found["why"] == [] and found["images"] == 3 and found["split"] == "val"
    assert found["logits"]["largest"] < 1e-3 * found["logits"]["spread"]
    assert found["agreement"] > 0.999 and found["miou_against_model"] > 0.99
    assert found["miou"] == pytest.approx(found["miou_of_model"], abs=1e-3)
    assert found["lost_points"] == pytest.approx(100 * (found["miou_of_model"] - found["miou"]), abs=1e-3)
    latency = found["latency"]
    assert 0 < latency["milliseconds"] <= latency["p95"] and latency["size"] == [64, 64]
    assert latency["batch"] == 1 and latency["device"] == "cpu" and latency["busy"] >= 0
    assert found["memory_mb"] > 50 and found["precision"] == "float32"
    assert found["size"] == (export / "model.onnx").stat().st_size


def test_a_wrong_export_is_marked_and_explained(
    bundle: Bundle, export: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "export.json").write_text((export / "export.json").read_text())
    model = onnx.load(str(export / "model.onnx"))
    weight = next(item for item in model.graph.initializer if len(item.dims) == 4 and item.dims[0] == 3)
    weight.CopyFrom(numpy_helper.from_array(-numpy_helper.to_array(weight), weight.name))
    onnx.save(model, str(wrong / "model.onnx"))
    found = report(bundle, wrong, data, monkeypatch)
    assert not found["agrees"] and "another label" in " ".join(found["why"])
    assert found["agreement"] < 0.995


def test_the_model_itself_is_judged_too(bundle: Bundle, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = report(bundle, bundle.folder, data, monkeypatch)
    assert found["format"] == "torch" and found["agrees"] and found["agreement"] == 1
    assert found["logits"]["largest"] == 0 and found["size"] == bundle.weights.stat().st_size


def test_what_is_no_export_is_refused(
    bundle: Bundle, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    command = ["judge", str(bundle.folder), str(tmp_path), "--data", str(data), "--out", str(tmp_path / "r")]
    monkeypatch.setattr(sys, "argv", command)
    assert judge.main() == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("Not an export: ")
