"""Training that rounds: ranges are learned, frozen and kept, and int8 computes what training computed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.training.ml.conftest import MakeRun, metrics_of, run_here
from training.ml.bundle import Bundle, read_bundle
from training.ml.export import Asked, export_bundle, folded_model
from training.ml.export.parity import compare
from training.ml.models import ARCHITECTURES
from training.ml.quantize.aware import RANGE, learned_ranges, make_aware, rounded_weight, rounding
from training.ml.runtimes import open_export
from training.ml.weights import load_bundle_model

GIVEN = {"steps": 4, "batch_size": 2, "warmup_steps": 1, "quantization_aware": True}


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def trained(make_run: MakeRun) -> Bundle:
    """A bundle of a short run that rounds."""
    folder = make_run(hyperparameters=GIVEN, evaluation={"every": 4}, checkpoints={"strategies": ["latest"]})
    run_here(folder)
    assert metrics_of(folder)[-1]["values"]["val/miou"] > 0
    return read_bundle(next((folder / "artifacts").glob("step-*")))


def test_a_run_learns_ranges_that_int8_uses(trained: Bundle, image: torch.Tensor, tmp_path: Path) -> None:
    ranges = learned_ranges(trained)
    assert len(ranges) > 50 and all(low <= high for low, high in ranges.values())
    load_bundle_model(trained)  # the plain model has no ranges
    found = export_bundle(trained, Asked("onnx", "int8"), tmp_path / "onnx")
    assert found.record["calibration"] is None and found.record["agrees"]
    model = rounding(folded_model(trained), ranges)
    runtime = open_export(tmp_path / "onnx", "onnx", "int8")
    parity = compare(model, runtime, [image.numpy()])
    plain = compare(folded_model(trained), runtime, [image.numpy()])
    assert parity.deviation < 0.05 and parity.agreement > 0.97
    assert parity.deviation < plain.deviation


def test_openvino_takes_the_learned_ranges(trained: Bundle, image: torch.Tensor, tmp_path: Path) -> None:
    export_bundle(trained, Asked("openvino", "int8"), tmp_path / "openvino")
    model = rounding(folded_model(trained), learned_ranges(trained))
    parity = compare(model, open_export(tmp_path / "openvino", "openvino", "int8"), [image.numpy()])
    assert parity.deviation < 0.1 and parity.agreement > 0.95


def aware(layer: nn.Module, batches: int) -> Any:
    model = nn.Sequential(layer)
    assert make_aware(model, ARCHITECTURES["unet"], batches) == 1
    return model


def test_ranges_follow_the_batches_until_they_are_frozen() -> None:
    model = aware(nn.Linear(64, 64), 2)
    for least, largest in ((0.0, 1.0), (-1.0, 3.0), (-100.0, 100.0)):
        model(torch.tensor([[least, largest] * 32]))
    assert model[0].input_range.tolist() == pytest.approx([-0.05, 1.1, 3])
    assert f"0.{RANGE}" in model.state_dict()


def test_gradients_pass_the_rounding_inside_the_range() -> None:
    model = aware(nn.Linear(64, 64), 1)
    model(torch.tensor([[-1.0, 1.0] * 32]))
    values = torch.tensor([[0.3, 5.0] * 32], requires_grad=True)
    model(values).sum().backward()
    assert values.grad is not None and model[0].weight.grad is not None
    assert bool((values.grad[0, ::2] != 0).all()) and bool((values.grad[0, 1::2] == 0).all())
    assert bool((model[0].weight.grad != 0).any())


def test_a_batch_norm_may_be_folded_before_or_after_the_rounding() -> None:
    weight = torch.randn(8, 16, 3, 3, generator=torch.Generator().manual_seed(0))
    scale = torch.linspace(-2, 3, 8)[:, None, None, None]
    assert torch.allclose(rounded_weight(weight) * scale, rounded_weight(weight * scale), atol=1e-6)


def test_the_weight_takes_one_of_255_values_a_channel() -> None:
    weight = torch.randn(4, 256, generator=torch.Generator().manual_seed(0))
    steps = rounded_weight(weight) / (weight.abs().amax(1, keepdim=True) / 127)
    assert np.allclose(steps, steps.round(), atol=1e-3) and float(steps.abs().max()) <= 127.001
