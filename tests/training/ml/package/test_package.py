"""A packed export runs by itself, sees what the platform sees, and its check can fail."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from training.ml.bundle import Bundle, save_random_bundle
from training.ml.export import Asked, export_bundle
from training.ml.images import load_rgb
from training.ml.models import ARCHITECTURES
from training.ml.package.packing import pack
from training.ml.predictor import Predictor

REPORT: dict[str, Any] = {
    "images": 2,
    "logits": {"largest": 1e-5, "mean": 1e-6},
    "agreement": 1.0,
    "miou": 0.5,
    "miou_of_model": 0.5,
    "latency": {"milliseconds": 3.0, "threads": 1},
    "memory_mb": 90.0,
    "size": 1_000_000,
    "agrees": False,
    "why": ["It loses 2.00 points."],
}


def packed(folder: Path, architecture: str, form: str) -> tuple[Bundle, Path]:
    """A bundle, and the unpacked package of its export."""
    family = ARCHITECTURES[architecture]
    bundle = save_random_bundle(
        folder / "bundle",
        size=(64, 64),
        architecture=architecture,
        task=family.tasks[0],
        variant=family.variants[0].name,
    )
    model = bundle.folder
    if form != "torch":
        model = bundle.folder / "runtimes" / form
        export_bundle(bundle, Asked(form), model)
    pack(bundle, model, REPORT, None, folder / "model.zip", lambda part, message: None)
    with zipfile.ZipFile(folder / "model.zip") as archive:
        archive.extractall(folder / "unpacked")
    return bundle, folder / "unpacked"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "predict.py", *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("architecture", "form", "runtime"),
    [
        ("segformer", "onnx", "onnxruntime"),
        ("yolov8-seg", "openvino", "openvino"),
        ("eomt", "torch", "torch"),
    ],
)
def test_it_sees_what_the_platform_sees(architecture: str, form: str, runtime: str, tmp_path: Path) -> None:
    bundle, folder = packed(tmp_path, architecture, form)
    done = run(folder, "test.jpg")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    image = load_rgb(folder / "test.jpg")
    _, expected = Predictor(bundle.folder, runtime=runtime).predict(image)
    assert [item["class"] for item in found["predictions"]] == [item["class"] for item in expected]
    assert [item["mask"] for item in found["predictions"]] == [item["mask"] for item in expected]
    assert run(folder, "--check").stdout.strip() == "as expected"


def test_it_says_what_it_is_and_what_it_needs(tmp_path: Path) -> None:
    _, folder = packed(tmp_path, "segformer", "onnx")
    requirements = (folder / "requirements.txt").read_text().split()
    names = {line.split("==")[0] for line in requirements}
    assert {"numpy", "onnxruntime", "opencv-python-headless"} <= names
    assert not names & {"torch", "django", "transformers"} and all("==" in line for line in requirements)
    card = (folder / "README.md").read_text()
    assert "It loses 2.00 points." in card and "predict.py --check" in card and "## Licence" in card
    labels = json.loads((folder / "labels.json").read_text())
    assert [label["name"] for label in labels] == ["background", "squirrel", "butterfly"]
    assert json.loads((folder / "preprocessing.json").read_text())["size"] == [64, 64]


def test_what_is_no_image_is_told_in_a_sentence(tmp_path: Path) -> None:
    _, folder = packed(tmp_path, "segformer", "onnx")
    (folder / "photo.jpg").write_text("no image")
    for name, reason in (("photo.jpg", "not an image"), ("absent.jpg", "no such file")):
        done = run(folder, name)
        assert done.returncode == 2 and not done.stdout
        assert done.stderr.startswith(name) and reason in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_check_finds_another_answer(tmp_path: Path) -> None:
    _, folder = packed(tmp_path, "segformer", "onnx")
    expected = json.loads((folder / "expected.json").read_text())
    assert expected["predictions"]
    expected["predictions"][0]["score"] -= 0.2
    (folder / "expected.json").write_text(json.dumps(expected))
    done = run(folder, "--check")
    assert done.returncode == 1 and "prediction 0: scores" in done.stdout
    expected["predictions"].clear()
    (folder / "expected.json").write_text(json.dumps(expected))
    assert "instead of 0" in run(folder, "--check").stdout
