"""A spec is checked against the catalogue; every wrong field is named, every missing one filled."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import BadInput
from training.catalogue import architectures
from training.specification import Context, merge, resolve

ARTIFACT = "6f1c7a5e-6d6c-4d8e-9a55-6a1d7f6f0001"


def context(task: str = "semantic", **more: Any) -> Context:
    return Context(task, architectures(), **more)


def wrong_fields(spec: Any, where: Context | None = None) -> list[str]:
    with pytest.raises(BadInput) as caught:
        resolve(spec, where or context())
    return [error.field for error in caught.value.errors]


def test_the_smallest_spec_is_filled_with_defaults() -> None:
    resolved = resolve({"architecture": "segformer"}, context())
    entry = architectures()["segformer"]
    assert resolved["variant"] == "b0"
    assert resolved["weights"] == "pretrained"
    assert resolved["input_size"] == entry["defaults"]["input_size"]
    assert resolved["hyperparameters"]["steps"] == 1000
    assert resolved["evaluation"] == {"every": 100}
    assert resolved["early_stopping"] is None
    assert {item["name"] for item in resolved["augmentations"]} >= {"horizontal_flip"}


def test_the_spec_of_the_contract_is_accepted_and_kept() -> None:
    spec = {
        "architecture": "segformer",
        "variant": "b0",
        "weights": "scratch",
        "input_size": [256, 256],
        "augmentations": [
            {"name": "horizontal_flip", "p": 0.5},
            {"name": "random_resized_crop", "scale": [0.5, 1.0]},
        ],
        "hyperparameters": {
            "steps": 200,
            "batch_size": 4,
            "learning_rate": 0.0006,
            "optimizer": "adamw",
            "weight_decay": 0.01,
            "schedule": "poly",
            "warmup_steps": 20,
            "loss": "cross_entropy",
            "freeze_backbone": False,
            "seed": 0,
        },
        "evaluation": {"every": 50},
        "early_stopping": {"metric": "val/miou", "patience": 5},
    }
    resolved = resolve(spec, context())
    assert resolved["hyperparameters"].items() >= spec["hyperparameters"].items()
    assert resolved["early_stopping"] == spec["early_stopping"]
    assert resolved["augmentations"][1]["scale"] == [0.5, 1.0]


def test_a_resolved_spec_resolves_to_itself() -> None:
    resolved = resolve({"architecture": "segformer"}, context())
    assert resolve(resolved, context()) == resolved


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "spec.colour"),
        ({"variant": "b9"}, "spec.variant"),
        ({"variant": ["b0"]}, "spec.variant"),
        ({"weights": "imagenet"}, "spec.weights"),
        ({"weights": 3}, "spec.weights"),
        ({"weights": "file:../../etc/passwd"}, "spec.weights"),
        ({"weights": "file:model.pt"}, "spec.weights"),
        ({"weights": "artifact:nonsense"}, "spec.weights"),
        ({"weights": f"artifact:{ARTIFACT}"}, "spec.weights"),
        ({"input_size": 256}, "spec.input_size"),
        ({"input_size": [256]}, "spec.input_size"),
        ({"input_size": [256, 250]}, "spec.input_size.1"),
        ({"input_size": [0, 256]}, "spec.input_size.0"),
        ({"input_size": [256, "256"]}, "spec.input_size.1"),
        ({"augmentations": {"name": "rotate"}}, "spec.augmentations"),
        ({"augmentations": ["rotate"]}, "spec.augmentations.0"),
        ({"augmentations": [{"name": "melt"}]}, "spec.augmentations.0.name"),
        ({"augmentations": [{"name": "rotate", "angle": 3}]}, "spec.augmentations.0.angle"),
        ({"augmentations": [{"name": "rotate", "p": 2}]}, "spec.augmentations.0.p"),
        ({"augmentations": [{"name": "rotate", "degrees": [5, -5]}]}, "spec.augmentations.0.degrees"),
        ({"augmentations": [{"name": "rotate", "degrees": 5}]}, "spec.augmentations.0.degrees"),
        ({"hyperparameters": []}, "spec.hyperparameters"),
        ({"hyperparameters": {"momentun": 0.9}}, "spec.hyperparameters.momentun"),
        ({"hyperparameters": {"learning_rate": -1}}, "spec.hyperparameters.learning_rate"),
        ({"hyperparameters": {"learning_rate": "fast"}}, "spec.hyperparameters.learning_rate"),
        ({"hyperparameters": {"learning_rate": float("nan")}}, "spec.hyperparameters.learning_rate"),
        ({"hyperparameters": {"learning_rate": 10**400}}, "spec.hyperparameters.learning_rate"),
        ({"hyperparameters": {"steps": -(10**400)}}, "spec.hyperparameters.steps"),
        ({"augmentations": [{"name": "rotate"}] * 65}, "spec.augmentations"),
        ({"hyperparameters": {"steps": 0}}, "spec.hyperparameters.steps"),
        ({"hyperparameters": {"steps": 1.5}}, "spec.hyperparameters.steps"),
        ({"hyperparameters": {"steps": True}}, "spec.hyperparameters.steps"),
        ({"hyperparameters": {"steps": None}}, "spec.hyperparameters.steps"),
        ({"hyperparameters": {"freeze_backbone": 1}}, "spec.hyperparameters.freeze_backbone"),
        ({"hyperparameters": {"optimizer": "adamw2"}}, "spec.hyperparameters.optimizer"),
        ({"evaluation": {"every": 0}}, "spec.evaluation.every"),
        ({"evaluation": {"each": 5}}, "spec.evaluation.each"),
        ({"early_stopping": {"metric": "train/loss"}}, "spec.early_stopping.metric"),
        ({"early_stopping": {"metric": "val/map"}}, "spec.early_stopping.metric"),
        ({"early_stopping": {"metric": "val/iou/cat"}}, "spec.early_stopping.metric"),
        ({"early_stopping": {"patience": 0}}, "spec.early_stopping.patience"),
        ({"early_stopping": {"metrics": "val/loss"}}, "spec.early_stopping.metrics"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    assert wrong_fields({"architecture": "segformer", **change}) == [field]


def test_everything_wrong_is_named_at_once() -> None:
    spec = {"architecture": "segformer", "hyperparameters": {"steps": -1, "x": 1}, "evaluation": 5}
    assert wrong_fields(spec) == ["spec.hyperparameters.x", "spec.hyperparameters.steps", "spec.evaluation"]


@pytest.mark.parametrize("spec", [None, [], "segformer", 3])
def test_a_spec_is_an_object(spec: Any) -> None:
    assert wrong_fields(spec) == ["spec"]


@pytest.mark.parametrize("value", [None, "resnet", 3, ["segformer"]])
def test_the_architecture_is_one_of_the_catalogue(value: Any) -> None:
    assert wrong_fields({"architecture": value}) == ["spec.architecture"]
    assert wrong_fields({}) == ["spec.architecture"]


def test_the_architecture_fits_the_task() -> None:
    assert wrong_fields({"architecture": "segformer"}, context("instance")) == ["spec.architecture"]


def test_weights_of_an_artifact_of_the_project() -> None:
    known = context(artifact_of=lambda found: ("segformer", "b0") if found == ARTIFACT else None)
    spec = {"architecture": "segformer", "weights": f"artifact:{ARTIFACT}"}
    assert resolve(spec, known)["weights"] == f"artifact:{ARTIFACT}"
    assert wrong_fields({**spec, "variant": "b1"}, known) == ["spec.weights"]


def test_early_stopping_may_watch_one_class() -> None:
    spec = {"architecture": "segformer", "early_stopping": {"metric": "val/iou/squirrel"}}
    resolved = resolve(spec, context(class_names=["squirrel"]))
    assert resolved["early_stopping"] == {"metric": "val/iou/squirrel", "patience": 5}


def test_overrides_replace_key_by_key() -> None:
    below = {"a": 1, "nested": {"x": 1, "y": 2}, "list": [1, 2]}
    assert merge(below, {"nested": {"y": 3}, "list": [3]}) == {
        "a": 1,
        "nested": {"x": 1, "y": 3},
        "list": [3],
    }


def test_an_architecture_without_published_weights_starts_from_scratch() -> None:
    assert resolve({"architecture": "unet"}, context())["weights"] == "scratch"
    assert wrong_fields({"architecture": "unet", "weights": "pretrained"}) == ["spec.weights"]
