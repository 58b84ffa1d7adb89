"""What is worth knowing of a spec that is right: sentences beside the form. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Data:
    """What the project has to learn from now: classes, and labelled images in each split."""

    classes: int
    train: int
    val: int
    test: int = 0


def notes(spec: Mapping[str, Any], data: Data, published: bool = False) -> list[str]:
    """Sentences on a resolved spec, the most important first; `published` says whether there are weights for
    the variant to start from."""
    return [*_of_data(spec, data), *_of_length(spec), *_of_model(spec, published)]


def _of_data(spec: Mapping[str, Any], data: Data) -> Iterator[str]:
    if not data.classes:
        yield "The project has no class to learn yet: add one and label images with it."
        return
    if not data.train:
        yield "No image is labelled yet: label at least two images before you start a run."
        return
    if not data.val:
        yield "No labelled image is in the split val, so nothing can be measured: a run will not start."
    given = spec["hyperparameters"]
    batch = _images_per_step(given)
    per_step = images(batch)
    if batch > data.train:
        yield (
            f"A step takes {per_step}, and there are {data.train} to train on: "
            "each is seen more than once a step, differently augmented."
        )
    if given.get("epochs") is not None:
        steps = scheduled_steps(given, data.train)
        yield f"{_epochs(given['epochs'])} of {images(data.train)} come to {_steps(steps)} of {per_step}."
    else:
        epochs = given["steps"] * batch / data.train
        yield f"{_steps(given['steps'])} of {per_step} come to {_epochs(epochs)} of {images(data.train)}."


def _of_length(spec: Mapping[str, Any]) -> Iterator[str]:
    given = spec["hyperparameters"]
    if given.get("epochs") is not None:
        return
    steps, every = given["steps"], spec["evaluation"]["every"]
    if every > steps:
        yield f"An evaluation every {_steps(every)} is none before the end of {_steps(steps)}."
    stopping = spec["early_stopping"]
    if stopping and stopping["patience"] * every >= steps:
        yield (
            f"Early stopping waits for {stopping['patience']} evaluations, as long as the run itself: "
            "it never stops early."
        )
    if given.get("schedule") != "one_cycle" and given.get("warmup_steps", 0) >= steps:
        yield "The warm-up is as long as the run: the rate rises to its end."


def _of_model(spec: Mapping[str, Any], published: bool) -> Iterator[str]:
    given = spec["hyperparameters"]
    if spec["weights"] == "scratch" and published:
        yield "There are published weights for this model: from scratch it wants many more steps and images."
    if spec["weights"] == "scratch" and given.get("freeze_backbone"):
        yield "The backbone is frozen and starts from random values: it learns nothing."
    if given.get("optimizer") == "sgd" and given["learning_rate"] < 1e-3:
        yield "SGD wants a higher learning rate than AdamW: about 0.01."
    if given.get("optimizer") == "lion" and given["learning_rate"] > 1e-3:
        yield "Lion wants a lower learning rate than AdamW: about a third of it."
    if spec.get("teacher") and not given.get("distillation"):
        yield "A teacher is chosen, and distillation is 0: it is never asked."
    if given.get("pruning") and given.get("pruning_method", "structured") != "structured":
        yield "Zeros in weights make no model faster in the runtimes here: structured pruning does."


def scheduled_steps(given: Mapping[str, Any], train: int) -> int:
    """Steps that `epochs` come to."""
    return max(1, -(-int(given["epochs"]) * train // _images_per_step(given)))


def _images_per_step(given: Mapping[str, Any]) -> int:
    return int(given.get("batch_size", 1)) * int(given.get("accumulate", 1))


def images(count: int) -> str:
    """ "1 image", "2,000 images"."""
    return f"{count:,} image{'' if count == 1 else 's'}"


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"


def _epochs(count: float) -> str:
    shown = f"{count:.1f}".removesuffix(".0") if count < 10 else f"{count:,.0f}"
    return f"{shown} epoch{'' if shown == '1' else 's'}"
