"""Every preset of every architecture is a specification that holds, from quick to best."""

from __future__ import annotations

from typing import Any

import pytest

from training.catalogue import architectures
from training.specification import Context, resolve

NAMES = ("quick", "balanced", "best")
PARTS = {"variant", "input_size", "weights", "augmentations", "hyperparameters", "evaluation"}


def presets() -> list[Any]:
    return [
        pytest.param(entry, preset, id=f"{name}-{preset['name']}")
        for name, entry in architectures().items()
        for preset in entry["presets"]
    ]


@pytest.mark.parametrize(("entry", "preset"), presets())
def test_a_preset_resolves_for_every_task(entry: dict[str, Any], preset: dict[str, Any]) -> None:
    assert set(preset["spec"]) == PARTS and preset["title"] and preset["help"].endswith(".")
    for task in entry["tasks"]:
        spec = {"architecture": entry["name"], **preset["spec"]}
        resolved = resolve(spec, Context(task, architectures()))
        assert resolved["variant"] == spec["variant"] and resolved["weights"] == spec["weights"]
        assert resolved["hyperparameters"].items() >= spec["hyperparameters"].items()
        assert resolved["evaluation"]["every"] <= resolved["hyperparameters"]["steps"]
        assert resolved["hyperparameters"]["warmup_steps"] < resolved["hyperparameters"]["steps"] / 2


@pytest.mark.parametrize("entry", architectures().values(), ids=architectures())
def test_presets_go_from_small_to_large(entry: dict[str, Any]) -> None:
    assert tuple(preset["name"] for preset in entry["presets"]) == NAMES
    specs = [preset["spec"] for preset in entry["presets"]]
    size = {variant["name"]: variant["parameters"] for variant in entry["variants"]}
    for less, more in zip(specs, specs[1:], strict=False):
        assert size[less["variant"]] <= size[more["variant"]]
        assert less["input_size"] <= more["input_size"]
        seen = [s["hyperparameters"]["batch_size"] * s["hyperparameters"]["accumulate"] for s in (less, more)]
        assert seen[0] <= seen[1]
        assert less["hyperparameters"]["steps"] < more["hyperparameters"]["steps"]
    assert [spec["hyperparameters"].get("ema", False) for spec in specs] == [False, False, True]


@pytest.mark.parametrize(("entry", "preset"), presets())
def test_a_preset_starts_from_published_weights_where_there_are_some(
    entry: dict[str, Any], preset: dict[str, Any]
) -> None:
    hub = {variant["name"]: variant["hub_id"] for variant in entry["variants"]}
    expected = "pretrained" if hub[preset["spec"]["variant"]] else "scratch"
    assert preset["spec"]["weights"] == expected
