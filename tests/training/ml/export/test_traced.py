"""TorchScript and exported programs: the model's own numbers at other sizes too."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.ml.bundle import save_random_bundle
from training.ml.export import Asked, export_bundle
from training.ml.models import ARCHITECTURES


@pytest.mark.parametrize("name", ["segformer", "eomt", "unet", "yolov8-seg"])
def test_torchscript_agrees_at_every_size_and_batch(name: str, tmp_path: Path) -> None:
    family = ARCHITECTURES[name]
    bundle = save_random_bundle(
        tmp_path / "bundle",
        size=(64, 64),
        architecture=name,
        task=family.tasks[0],
        variant=family.variants[0].name,
    )
    record = export_bundle(bundle, Asked("torchscript"), tmp_path / "out").record
    assert record["agrees"] and record["dynamic"] == {"batch": True, "size": True}
    assert [file["name"] for file in record["files"]] == ["model.pt"]


def test_an_exported_program_agrees(tmp_path: Path) -> None:
    variant = ARCHITECTURES["unet"].variants[0].name
    bundle = save_random_bundle(tmp_path / "bundle", size=(64, 64), architecture="unet", variant=variant)
    record = export_bundle(bundle, Asked("torch_export"), tmp_path / "out").record
    assert record["agrees"] and record["parity"]["difference"] < 1e-5


def test_the_recipe_names_the_shapes_of_its_profile(tmp_path: Path) -> None:
    bundle = save_random_bundle(tmp_path / "bundle", size=(64, 96))
    record = export_bundle(bundle, Asked("tensorrt"), tmp_path / "out").record
    assert record["agrees"]
    names = {file["name"] for file in record["files"]}
    assert names == {"model.onnx", "build_engine.sh", "TENSORRT.md"}
    script = (tmp_path / "out" / "build_engine.sh").read_text()
    assert "--minShapes=image:1x3x32x48 --optShapes=image:4x3x64x96 --maxShapes=image:16x3x128x192" in script
    assert (tmp_path / "out" / "build_engine.sh").stat().st_mode & 0o111
