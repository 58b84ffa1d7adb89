"""From a run folder to everything that training needs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.adjustment import in_force
from training.ml import ranks
from training.ml.artifacts import Keeper
from training.ml.checkpoint import Parts
from training.ml.compression import check, inherited, slim, thin
from training.ml.data.augmentations import Augment
from training.ml.data.loader import Batch, Order, train_batch
from training.ml.data.samples import SampleStore
from training.ml.datasets import make_data
from training.ml.distillation import Distilled, load_teacher
from training.ml.engine import Engine, choose_device, choose_precision
from training.ml.failures import Failure
from training.ml.frozen import freeze, training_mode
from training.ml.hyperparameters import fill
from training.ml.losses import Criterion, balanced_weights, make_loss
from training.ml.manifest import Manifest, read_manifest
from training.ml.models import Architecture, architecture
from training.ml.optim import MovingAverage, make_optimizer, parameter_groups
from training.ml.processes import place
from training.ml.quantize.aware import make_aware
from training.ml.reading import Reader
from training.ml.reporting import Reporter
from training.ml.sparsity import hold
from training.ml.validation import ValidationSet
from training.ml.weights import load_weights

BACKBONE_FROM_WEIGHTS = 0.1
WATCHED = {"semantic": "val/miou", "instance": "val/map", "panoptic": "val/pq"}


@dataclass
class Job:
    """A prepared run."""

    folder: Path
    spec: Mapping[str, Any]
    given: Mapping[str, Any]
    manifest: Manifest
    family: Architecture
    config: dict[str, Any]
    engine: Engine
    # What validation measures: the labels alone, whoever else teaches.
    criterion: Criterion
    average: MovingAverage | None
    store: SampleStore
    augment: Augment
    order: Order
    validation: ValidationSet
    keeper: Keeper
    total_steps: int
    scheduled_steps: int

    @property
    def parts(self) -> Parts:
        """What a checkpoint holds."""
        return Parts(self.engine.model, self.engine.optimizer, self.average, self.engine.scaler)

    @property
    def reader(self) -> Reader:
        """How the model's outputs are read."""
        manifest = self.manifest
        kind = "pixels" if manifest.task == "semantic" else self.family.reading
        stuff = frozenset(label.index for label in manifest.labels if label.stuff)
        offset = 0 if manifest.task == "semantic" else manifest.offset
        return Reader(kind, manifest.task, offset, stuff, self.store.size)

    @property
    def images_per_step(self) -> int:
        """Images that one optimiser step sees, on all devices."""
        return images_per_step(self.given)

    @property
    def metric(self) -> str:
        """The metric that decides which step is best."""
        return watched_metric(self.spec, self.manifest.task)

    def train(self) -> None:
        """Training mode, but for what is frozen."""
        training_mode(self.engine.model, self.family, self.given)

    def batch(self, number: int) -> Batch:
        """The training batch of that number, counted from 0."""
        table = self.validation.table
        return train_batch(self.store, self.augment, self.order, table, number, self.given["batch_size"])


def watched_metric(spec: Mapping[str, Any], task: str) -> str:
    """The metric that decides which step is best: as specified, or the task's own."""
    return str((spec.get("early_stopping") or {}).get("metric") or WATCHED[task])


def read_spec(folder: Path) -> dict[str, Any]:
    """The run's `spec.json`. Raises `Failure`."""
    try:
        spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(
            "The specification cannot be read", f"spec.json: {error}", "Start the run again."
        ) from error
    if not isinstance(spec, dict):
        raise Failure(
            "The specification cannot be read", "spec.json holds no object.", "Start the run again."
        )
    return spec


def prepare(folder: Path, reporter: Reporter, alone: bool = False) -> Job:
    """Read the run folder and build the model, the data and the optimiser, for one process where it is
    `alone`. Raises `Failure`.
    """
    spec = read_spec(folder)
    family = architecture(spec["architecture"])
    given = hyperparameters(spec, family, folder)
    size = input_size(spec, family)
    hardware = spec.get("hardware") or {}
    device = choose_device(hardware.get("device") or "auto")
    ranks.check(device.type, 1 if alone else int(hardware.get("gpus") or 0))
    precision = choose_precision(hardware.get("precision") or "auto", device)
    reporter.state(device=device_name(device), message="Reading the data set")
    manifest = read_manifest(folder / "manifest.jsonl")
    if manifest.task not in family.tasks:
        raise Failure("Wrong task", f"{family.title} does not do {manifest.task} segmentation.")
    ranks.join(device)
    store, validation, augment = make_data(spec, given, manifest, size, folder)

    torch.manual_seed(given["seed"])
    reporter.state(message="Building the model")
    config = family.config(spec["variant"], manifest.outputs, manifest.task) | inherited(family, spec)
    model = family.build(config)
    loaded = load(model, family, spec.get("weights") or {"kind": "scratch"}, reporter)
    check(given, loaded)
    loss = family.make_loss(given, config) if family.make_loss else pixel_loss(given, store, device)
    alone_order, table = Order(len(store), given["seed"]), validation.table

    def first(count: int) -> Iterator[Batch]:
        for number in range(count):
            yield train_batch(store, augment, alone_order, table, number, given["batch_size"])

    config = slim(model.to(device), config, given, folder, loss, first)
    kept = thin(model, family, given)
    freeze(model, family, given)
    if given.get("quantization_aware"):
        halfway = scheduled_steps(given, len(store)) * int(given["accumulate"]) // 2
        print(f"{make_aware(model, family, max(1, halfway))} layers round to int8.")
    model = ranks.synchronise_norms(model, device)
    backbone_lr = given["backbone_lr_multiplier"]
    if backbone_lr is None:
        backbone_lr = BACKBONE_FROM_WEIGHTS if loaded else 1.0
    optimizer = make_optimizer(parameter_groups(model, family.backbone_prefix, given, backbone_lr), given)
    if kept:
        hold(model, kept, optimizer)
    taught: Criterion = loss
    if given.get("distillation"):
        teacher = load_teacher(spec.get("teacher"), manifest, size, device, precision)
        taught = Distilled(loss, teacher, given["distillation"], given["distillation_temperature"])
    scheduled = scheduled_steps(given, len(store))
    limit = (spec.get("limits") or {}).get("steps")
    checkpoints = spec.get("checkpoints") or {}
    metric = watched_metric(spec, manifest.task)
    strategies = checkpoints.get("strategies") or ["best_metric", "latest"]
    what = f"{family.title} {spec['variant']} with {manifest.outputs} labels"
    print(f"{what} on {device_name(device)}, {precision}.")
    return Job(
        folder=folder,
        spec=spec,
        given=given,
        manifest=manifest,
        family=family,
        config=config,
        engine=Engine(model, optimizer, taught, device, precision, given["gradient_clip"], given["compile"]),
        criterion=loss,
        average=MovingAverage(model, given["ema_decay"]) if given["ema"] else None,
        store=store,
        augment=augment,
        order=Order(len(store), given["seed"], place().rank, ranks.size()),
        validation=validation,
        keeper=Keeper(
            folder / "artifacts", strategies, checkpoints.get("every"), checkpoints.get("keep") or 3, metric
        ),
        total_steps=min(scheduled, int(limit)) if limit else scheduled,
        scheduled_steps=scheduled,
    )


def hyperparameters(spec: Mapping[str, Any], family: Architecture, folder: Path) -> dict[str, Any]:
    """All fields, with the batch that is in force where memory ran out before. Raises `Failure`."""
    given = fill(spec.get("hyperparameters") or {}, family.fields)
    adjusted = in_force(given, folder)
    if adjusted != given:
        batches = f"batch_size {adjusted['batch_size']} and accumulate {adjusted['accumulate']}"
        print(f"Memory ran out before: {batches} are in force, which see the same images a step.")
    return adjusted


def pixel_loss(given: Mapping[str, Any], store: SampleStore, device: torch.device) -> Criterion:
    """The loss of a model that labels each pixel."""
    balanced = given["class_weights"] == "balanced"
    return make_loss(
        given["loss"],
        balanced_weights(store.label_shares()).to(device) if balanced else None,
        given["label_smoothing"],
        given["focal_gamma"],
        given["ohem_threshold"],
        given["ohem_keep"],
    )


def input_size(spec: Mapping[str, Any], family: Architecture) -> tuple[int, int]:
    """Height and width of the input. Raises `Failure` where the architecture cannot take them."""
    height, width = (int(side) for side in spec["input_size"])
    multiple = family.size_multiple
    if height < multiple or width < multiple or height % multiple or width % multiple:
        detail = f"{height} x {width} is not a multiple of {multiple} in both directions."
        raise Failure(
            "Input size not possible", detail, f"Choose multiples of {multiple}, such as 256 x 256."
        )
    return height, width


def load(
    model: nn.Module, family: Architecture, weights: Mapping[str, Any], reporter: Reporter | None = None
) -> bool:
    """Load the specification's weights, print and report what was loaded; False where the model stays as
    initialised.
    """
    if weights["kind"] == "scratch":
        print("Training from scratch.")
        return False
    named = (weights.get(key) for key in ("path", "hub_id", "revision", "name"))
    report = load_weights(model, family, weights["kind"], *named)
    print(report.sentence())
    if reporter:
        reporter.state(loading=report.record())
    return True


def scheduled_steps(given: Mapping[str, Any], images: int) -> int:
    """Steps of the schedule: as given, or what the epochs come to."""
    if given["epochs"] is None:
        return int(given["steps"])
    return max(1, -(-int(given["epochs"]) * images // images_per_step(given)))


def images_per_step(given: Mapping[str, Any]) -> int:
    """Images that one optimiser step sees, on all devices."""
    return int(given["batch_size"] * given["accumulate"]) * ranks.size()


def device_name(device: torch.device) -> str:
    """The device as people know it."""
    count = f"{place().world} x " if place().world > 1 else ""
    if device.type == "cuda":
        return f"{count}cuda ({torch.cuda.get_device_name(device)})"
    return f"{count}cpu ({torch.get_num_threads()} threads)" if device.type == "cpu" else device.type
