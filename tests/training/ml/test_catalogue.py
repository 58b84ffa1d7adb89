"""The catalogue that the web reads is what the code says now."""

import json
from typing import Any

import pytest

from training.ml import catalogue as module
from training.ml.catalogue import FILE, cost, rendered
from training.ml.hyperparameters import fill
from training.ml.models import ARCHITECTURES

ENTRIES: dict[str, dict[str, Any]] = {
    entry["name"]: entry for entry in json.loads(FILE.read_text())["architectures"]
}


def kept_cost(name: str, variant: str) -> tuple[int, tuple[int, ...]]:
    """What the file says a variant costs; counting them all takes a minute."""
    for entry in ENTRIES.get(name, {"variants": []})["variants"]:
        if entry["name"] == variant and len(entry["flops"]) == len(ARCHITECTURES[name].input_sizes):
            return entry["parameters"], tuple(entry["flops"])
    return cost(name, variant)


def test_the_file_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cost", kept_cost)
    assert FILE.read_text() == rendered(), "run: python -m training.ml.catalogue --write"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_smallest_variant_costs_what_the_file_says(name: str) -> None:
    sizes = {variant["name"]: variant["parameters"] for variant in ENTRIES[name]["variants"]}
    smallest = min(sizes, key=sizes.__getitem__)
    assert cost(name, smallest) == kept_cost(name, smallest), "run: python -m training.ml.catalogue --write"


def test_defaults_are_valid() -> None:
    for item in ENTRIES.values():
        fill(item["defaults"]["hyperparameters"], ARCHITECTURES[item["name"]].fields)
        assert item["defaults"]["input_size"][0] % item["size_multiple"] == 0
        assert item["defaults"]["variant"] in [variant["name"] for variant in item["variants"]]
