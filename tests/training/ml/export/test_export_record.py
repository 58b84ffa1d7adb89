"""`export.json` says what was written; an export that disagrees is written, and says why."""

import json
from pathlib import Path

import numpy as np
import pytest

from training.ml.bundle import Bundle, save_random_bundle
from training.ml.export import Asked, export_bundle
from training.ml.export.parity import Parity, objections
from training.ml.failures import Failure
from training.ml.runtimes import open_export


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return save_random_bundle(tmp_path_factory.mktemp("b") / "b", architecture="unet", variant="small")


def parity(difference: float = 0.0, deviation: float = 0.0) -> Parity:
    return Parity(difference, deviation, deviation, 0.5, ((1, 64, 64),))


def test_the_record_says_what_was_written(bundle: Bundle, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    export_bundle(bundle, Asked("onnx", "fp16"), tmp_path / "e", lambda part, what: told.append((part, what)))
    record = json.loads((tmp_path / "e" / "export.json").read_text())
    assert record["format"] == "onnx" and record["quantization"] == "fp16" and record["agrees"]
    size = (tmp_path / "e" / "model.onnx").stat().st_size
    assert record["files"] == [{"name": "model.onnx", "size": size}]
    assert record["dynamic"] == {"batch": True, "size": True}
    assert record["calibration"] is None and record["budget"] is None and record["kept_in_float"] == []
    assert [part for part, _ in told] == sorted(part for part, _ in told) and told[-1][0] == 1.0


@pytest.mark.parametrize(
    ("found", "quantization", "tolerance", "agrees"),
    [
        (parity(difference=5e-5), "none", 1e-4, True),
        (parity(difference=2e-4), "none", 1e-4, False),
        (parity(difference=0.5, deviation=1e-4), "none", 0.05, True),
        (parity(deviation=0.01), "fp16", 1e-4, True),
        (parity(deviation=0.03), "fp16", 1e-4, False),
        (parity(difference=float("nan")), "none", 1e-4, False),
        (parity(difference=9.0, deviation=3.0), "int8", 1e-4, True),
    ],
)
def test_a_disagreement_is_explained(
    found: Parity, quantization: str, tolerance: float, agrees: bool
) -> None:
    reasons = objections(found, quantization, tolerance)
    assert (reasons == []) is agrees and all(reason.endswith(".") for reason in reasons)
    json.dumps(found.record(), allow_nan=False)


@pytest.mark.parametrize(
    ("format", "quantization", "title"),
    [("abacus", "none", "Unknown export format"), ("onnx", "bf16", "Unknown quantization")],
)
def test_what_is_not_there_is_said(
    bundle: Bundle, format: str, quantization: str, title: str, tmp_path: Path
) -> None:
    with pytest.raises(Failure) as raised:
        export_bundle(bundle, Asked(format, quantization), tmp_path / "e")
    assert raised.value.title == title


def test_fp16_in_openvino_computes_in_float32(bundle: Bundle, tmp_path: Path) -> None:
    export_bundle(bundle, Asked("openvino", "fp16"), tmp_path / "e")
    runtime = open_export(tmp_path / "e", "openvino", "fp16", threads=1)
    assert runtime.precision == "float32"
    assert np.isfinite(runtime.run(np.zeros((1, 3, 64, 64), np.float32))[0]).all()
