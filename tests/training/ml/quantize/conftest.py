"""A small model, and drawn images as a run's manifest has them."""

import json
from pathlib import Path
from typing import Any

import pytest

from training.ml.bundle import Bundle, Label, save_bundle
from training.ml.models import ARCHITECTURES

LABELS = (
    Label(0, "background"),
    Label(1, "red", "c-red", "#ff0000"),
    Label(2, "blue", "c-blue", "#0000ff"),
)


@pytest.fixture(scope="session")
def data(drawn: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest of eight training and four validation images."""
    file = tmp_path_factory.mktemp("data") / "manifest.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in drawn))
    return file


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A U-Net with random weights, whose masks vary."""
    import torch

    torch.manual_seed(0)
    family = ARCHITECTURES["unet"]
    config = family.config(family.variants[0].name, len(LABELS))
    model = family.build(config)
    for name, parameter in model.named_parameters():
        if name.startswith(family.classifier_prefix) and parameter.ndim > 1:
            torch.nn.init.normal_(parameter)
    return save_bundle(
        tmp_path_factory.mktemp("small") / "bundle",
        state=model.state_dict(),
        architecture="unet",
        variant=family.variants[0].name,
        config=config,
        labels=LABELS,
        size=(64, 64),
    )
