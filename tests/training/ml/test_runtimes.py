"""Every runtime gives the logits of the model, at any batch and size."""

from pathlib import Path

import numpy as np
import pytest

from training.ml.bundle import Bundle, save_random_bundle
from training.ml.failures import Failure
from training.ml.predictor import Predictor


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return save_random_bundle(tmp_path_factory.mktemp("bundle") / "b", size=(64, 96))


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_logits_agree_with_torch(bundle: Bundle, runtime: str) -> None:
    reference, other = Predictor(bundle.folder), Predictor(bundle.folder, runtime, threads=1)
    rng = np.random.default_rng(0)
    for shape in ((1, 3, 64, 96), (3, 3, 64, 96), (1, 3, 128, 64)):
        batch = rng.standard_normal(shape, np.float32)
        (expected,), (got,) = reference.forward(batch), other.forward(batch)
        assert got.shape == expected.shape == (shape[0], 3, shape[2] // 4, shape[3] // 4)
        assert np.allclose(got, expected, atol=1e-3 * float(expected.std()))
    assert (bundle.folder / "runtimes").is_dir()


def test_an_image_becomes_a_mask_of_its_own_size(bundle: Bundle) -> None:
    predictor = Predictor(bundle.folder)
    image = np.random.default_rng(0).integers(0, 256, (75, 133, 3), dtype=np.uint8)
    mask, predictions = predictor.predict(image)
    assert mask.shape == (75, 133) and mask.dtype == np.uint8
    assert mask.max() < 3 and {item["class"]["index"] for item in predictions} == set(np.unique(mask)) - {0}
    assert [label.name for label in predictor.labels] == ["background", "squirrel", "butterfly"]


@pytest.mark.parametrize(
    ("runtime", "quantization"),
    [("torch", "bf16"), ("onnxruntime", "fp16"), ("openvino", "fp16"), ("openvino", "bf16")],
)
def test_half_precision_decides_nearly_alike(bundle: Bundle, runtime: str, quantization: str) -> None:
    batch = np.random.default_rng(0).standard_normal((1, 3, 64, 96), np.float32)
    expected = Predictor(bundle.folder).forward(batch)[0].argmax(1)
    got = Predictor(bundle.folder, runtime, quantization=quantization).forward(batch)[0].argmax(1)
    assert (expected == got).mean() > 0.97


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"runtime": "abacus"}, "Unknown runtime"),
        ({"quantization": "int1"}, "Unknown quantization"),
        ({"quantization": "int8"}, "Unknown quantization"),
        ({"quantization": "fp16"}, "No such precision"),
        ({"quantization": "int8", "runtime": "openvino"}, "Export needed"),
        ({"device": "cuda"}, "No such device"),
        ({"device": "cuda", "runtime": "onnxruntime"}, "No such device"),
        ({"device": "cuda", "runtime": "openvino"}, "No such device"),
    ],
)
def test_what_is_not_there_is_said(bundle: Bundle, options: dict[str, str], title: str) -> None:
    with pytest.raises(Failure) as raised:
        Predictor(bundle.folder, **options)
    assert raised.value.title == title


def test_a_folder_without_a_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="Not a readable bundle"):
        Predictor(tmp_path)
