"""The model catalogue that the web shows, generated so that the web needs no framework.

`python -m training.ml.catalogue --write` writes `training/catalogue.json`; without `--write` it prints it.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from torch import device

from training.ml.data.augmentations import AUGMENTATIONS
from training.ml.files import write_bytes
from training.ml.hyperparameters import HYPERPARAMETERS
from training.ml.models import ARCHITECTURES, Architecture, Variant

FILE = Path(__file__).parents[1] / "catalogue.json"
LABELS = 2


def catalogue() -> dict[str, Any]:
    """Every architecture with its variants, defaults and fields, JSON-ready."""
    return {"architectures": [entry(item) for item in ARCHITECTURES.values()]}


def entry(item: Architecture) -> dict[str, Any]:
    """One architecture."""
    return {
        "name": item.name,
        "title": item.title,
        "tasks": list(item.tasks),
        "paper": item.paper,
        "licence": item.licence,
        "description": item.description,
        "variants": [variant_entry(item, variant) for variant in item.variants],
        "input_sizes": [[size, size] for size in item.input_sizes],
        "size_multiple": item.size_multiple,
        "weights": ["pretrained", "scratch"],
        "defaults": dict(item.defaults),
        "hyperparameters": [field.record() for field in HYPERPARAMETERS],
        "augmentations": [augmentation.record() for augmentation in AUGMENTATIONS],
    }


def variant_entry(item: Architecture, variant: Variant) -> dict[str, Any]:
    """One variant, its parameters counted on the model with two labels."""
    with device("meta"):
        model = item.build(item.config(variant.name, LABELS))
    return {
        "name": variant.name,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "hub_id": variant.hub_id,
        "description": variant.description,
    }


def rendered() -> str:
    """The file's text."""
    return json.dumps(catalogue(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.ml.catalogue", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name} beside the web code")
    if parser.parse_args().write:
        write_bytes(FILE, rendered().encode())
    else:
        print(rendered(), end="")
