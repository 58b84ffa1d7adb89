"""Presets follow from what a variant costs; a family says where it differs."""

from dataclasses import replace
from typing import Any

import pytest

from training.ml.models import Architecture, architecture
from training.ml.models.presets import LARGE_FROM_SCRATCH, presets

SIZES = architecture("segformer").input_sizes


def costs(**parameters: int) -> dict[str, tuple[int, list[int]]]:
    """Variants whose operations are a thousand a parameter at 512 pixels."""
    return {
        name: (count, [count * 1000 * side**2 // 512**2 for side in SIZES])
        for name, count in parameters.items()
    }


COSTS = costs(b0=4_000_000, b1=14_000_000, b2=27_000_000, b3=47_000_000, b4=64_000_000, b5=200_000_000)


def specs(family: Architecture, **more: Any) -> dict[str, Any]:
    return {item["name"]: item["spec"] for item in presets(replace(family, **more), COSTS)}


def test_the_smallest_a_middle_one_and_the_largest_that_is_not_too_large() -> None:
    found = specs(architecture("segformer"))
    assert [found[name]["variant"] for name in ("quick", "balanced", "best")] == ["b0", "b2", "b4"]
    assert [found[name]["input_size"][0] for name in ("quick", "balanced", "best")] == [256, 512, 640]


def test_what_one_pass_cannot_hold_is_accumulated() -> None:
    given = specs(architecture("segformer"))["best"]["hyperparameters"]
    assert given["batch_size"] == 8 and given["accumulate"] == 2


def test_from_scratch_it_takes_longer_and_a_large_one_goes_slower() -> None:
    family = architecture("segformer")
    without = tuple(replace(variant, hub_id=None) for variant in family.variants)
    before, after = specs(family)["best"], specs(family, variants=without)["best"]
    assert (before["weights"], after["weights"]) == ("pretrained", "scratch")
    assert after["hyperparameters"]["steps"] == 2 * before["hyperparameters"]["steps"]
    rates = [spec["hyperparameters"]["learning_rate"] for spec in (before, after)]
    assert rates[1] == pytest.approx(rates[0] * LARGE_FROM_SCRATCH)


def test_a_field_that_the_family_does_not_read_is_left_out() -> None:
    family = architecture("segformer")
    fields = tuple(field for field in family.fields if field.name not in ("loss", "ema"))
    given = specs(family, fields=fields)["best"]["hyperparameters"]
    assert "loss" in specs(family)["best"]["hyperparameters"]
    assert "loss" not in given and "ema" not in given and "steps" in given


def test_a_family_says_where_it_differs() -> None:
    own = {
        "best": {
            "variant": "b5",
            "input_size": [1024, 1024],
            "augmentations": [{"name": "horizontal_flip", "p": 0.5}],
            "hyperparameters": {"steps": 77, "learning_rate": 0.5},
        }
    }
    found = specs(architecture("segformer"), presets=own)
    assert found["balanced"] == specs(architecture("segformer"))["balanced"]
    best = found["best"]
    assert (best["variant"], best["input_size"]) == ("b5", [1024, 1024])
    assert best["augmentations"] == own["best"]["augmentations"]
    assert (best["hyperparameters"]["steps"], best["hyperparameters"]["learning_rate"]) == (77, 0.5)
    assert best["hyperparameters"]["batch_size"] == 2 and best["evaluation"] == {"every": 3}


def test_a_family_without_semantic_masks_mixes_images() -> None:
    found = specs(architecture("segformer"), tasks=("instance",))
    assert [item["name"] for item in found["best"]["augmentations"]][:2] == ["mosaic", "copy_paste"]
    assert "mosaic" not in [item["name"] for item in found["balanced"]["augmentations"]]
