"""Sentences worth knowing of a spec that is right."""

from __future__ import annotations

from typing import Any

from training.catalogue import architectures
from training.notes import Data, notes, scheduled_steps
from training.specification import Context, resolve

PLENTY = Data(classes=2, train=80, val=20)


def of(data: Data = PLENTY, weights: str = "scratch", **changes: Any) -> list[str]:
    spec = {"architecture": "segformer", "weights": weights, **changes}
    return notes(resolve(spec, Context("semantic", architectures())), data)


def test_steps_are_said_in_epochs_and_epochs_in_steps() -> None:
    assert of(hyperparameters={"steps": 100, "batch_size": 8}) == [
        "100 steps of 8 images come to 10 epochs of 80 images."
    ]
    assert of(hyperparameters={"steps": 1, "batch_size": 8})[0] == (
        "1 step of 8 images come to 0.1 epochs of 80 images."
    )
    given = {"epochs": 3, "batch_size": 4, "accumulate": 2}
    assert of(hyperparameters=given) == ["3 epochs of 80 images come to 30 steps of 8 images."]
    assert scheduled_steps(given, 81) == 31


def test_what_a_project_lacks_comes_first() -> None:
    assert of(Data(0, 0, 0)) == ["The project has no class to learn yet: add one and label images with it."]
    assert of(Data(1, 0, 0))[0].startswith("No image is labelled yet")
    assert "nothing can be measured" in of(Data(1, 5, 0))[0]


def test_a_batch_beyond_the_training_set_is_said() -> None:
    assert any("there are 5 to train on" in note for note in of(Data(1, 5, 1)))


def test_what_will_never_happen_is_said() -> None:
    assert any("none before the end" in note for note in of(evaluation={"every": 2000}))
    stopping = {"metric": "val/miou", "patience": 10}
    assert any("never stops early" in note for note in of(early_stopping=stopping))
    assert not any("never stops early" in note for note in of(early_stopping={**stopping, "patience": 5}))
    assert any("warm-up" in note for note in of(hyperparameters={"steps": 20}))
    assert any("it learns nothing" in note for note in of(hyperparameters={"freeze_backbone": True}))
    assert not any(
        "learns nothing" in note
        for note in of(weights="pretrained", hyperparameters={"freeze_backbone": True})
    )


def test_published_weights_that_are_not_used_are_named() -> None:
    spec = resolve({"architecture": "segformer", "weights": "scratch"}, Context("semantic", architectures()))
    assert any("published weights" in note for note in notes(spec, PLENTY, published=True))
    assert not any("published weights" in note for note in notes(spec, PLENTY))
    given = {**spec, "weights": "pretrained"}
    assert not any("published weights" in note for note in notes(given, PLENTY, published=True))


def test_a_rate_of_another_optimiser_is_said() -> None:
    assert any("SGD wants a higher" in note for note in of(hyperparameters={"optimizer": "sgd"}))
    lion = {"optimizer": "lion", "learning_rate": 0.01}
    assert any("Lion wants a lower" in note for note in of(hyperparameters=lion))
