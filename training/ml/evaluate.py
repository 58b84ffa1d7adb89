"""Validation during a run and the evaluation of a bundle: the same numbers, at the images' own sizes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.ml import ranks
from training.ml.bundle import Bundle, Label
from training.ml.data.samples import load_pair
from training.ml.describe import encode_png
from training.ml.files import write_json
from training.ml.images import Pixels, normalise, resize_index, resize_rgb
from training.ml.losses import Loss, mean
from training.ml.manifest import Sample
from training.ml.metrics import BoundaryCounts, Summary, confusion_matrix, summarise
from training.ml.metrics.confusion import Counts
from training.ml.predictor import label_scores, upsampled_argmax
from training.ml.processes import place
from training.ml.runtimes import Floats
from training.ml.weights import load_bundle_model


class ValidationSet:
    """Images at the input size and truth at the images' own sizes, kept in memory as far as the budget
    allows.
    """

    def __init__(
        self, samples: Sequence[Sample], fill: int, size: tuple[int, int], table: Floats, megabytes: float
    ) -> None:
        self.samples, self.fill, self.size, self.table = samples, fill, size, table
        self.room = int(megabytes * 2**20)
        self.kept: dict[int, tuple[Pixels, Pixels]] = {}

    def __len__(self) -> int:
        return len(self.samples)

    def load(self, index: int) -> tuple[Pixels, Pixels]:
        """Image uint8 `[H, W, 3]` at the input size and truth uint8 `[h, w]`."""
        if index in self.kept:
            return self.kept[index]
        image, truth = load_pair(self.samples[index], self.fill)
        pair = resize_rgb(image, self.size), truth
        cost = pair[0].nbytes + pair[1].nbytes
        if cost <= self.room:
            self.room -= cost
            self.kept[index] = pair
        return pair

    def batches(self, size: int, rank: int = 0, world: int = 1) -> Iterator[tuple[int, Floats, list[Pixels]]]:
        """The first one's number, normalised images float32 `[n, 3, H, W]` and their truths, in order; of
        `world` ranks each takes every `world`th batch.
        """
        for start in range(rank * size, len(self), size * world):
            pairs = [self.load(i) for i in range(start, min(start + size, len(self)))]
            images = np.empty((len(pairs), 3, *self.size), np.float32)
            for slot, (image, _) in enumerate(pairs):
                normalise(image, self.table, images[slot])
            yield start, images, [truth for _, truth in pairs]


@dataclass(frozen=True)
class Predicted:
    """One validation image: the sample's number, truth and prediction uint8 `[h, w]`, and the logits
    `[labels, h', w']` that the prediction comes from.
    """

    number: int
    truth: Pixels
    prediction: Pixels
    logits: Floats


@torch.inference_mode()
def predict_all(
    model: nn.Module,
    data: ValidationSet,
    batch: int,
    loss: Loss | None = None,
    losses: list[Tensor] | None = None,
    share: tuple[int, int] = (0, 1),
) -> Iterator[Predicted]:
    """Run the model (in eval mode) over the set, or over a rank's `share` of it; where asked, append the
    totals and masses of each image's loss, `[2, terms]`, to `losses`.
    """
    device = next(model.parameters()).device
    for start, images, truths in data.batches(batch, *share):
        logits = model(torch.from_numpy(images).to(device))
        if loss is not None and losses is not None:
            resized = np.stack([resize_index(truth, data.size) for truth in truths])
            targets = torch.from_numpy(resized).to(device, torch.int64)
            # Image by image, so that the result does not depend on how the set is cut into batches.
            for one, target in zip(logits.split(1), targets.split(1), strict=True):
                losses.append(torch.stack([loss.totals(one, target), loss.masses(target)]))
        maps = np.asarray(logits.float().cpu().numpy(), np.float32)
        for number, (single, truth) in enumerate(zip(maps, truths, strict=True), start):
            yield Predicted(number, truth, upsampled_argmax(single, *truth.shape), single)


def validate(
    model: nn.Module, data: ValidationSet, labels: Sequence[Label], loss: Loss, batch: int
) -> dict[str, float]:
    """The `val/…` metrics of a model on the set, by the contract's names; the model's mode is kept. The ranks
    share the set, and each gets the metrics of all of it.
    """
    was_training = model.training
    model.eval()
    matrix: Counts = np.zeros((len(labels), len(labels)), np.int64)
    losses: list[Tensor] = []
    device = next(model.parameters()).device
    for item in predict_all(model, data, batch, loss, losses, (place().rank, ranks.size())):
        matrix += confusion_matrix(item.truth, item.prediction, len(labels))
    model.train(was_training)
    summary = summarise(ranks.total(matrix, device))
    sums = torch.stack([torch.zeros(2, len(loss.terms), device=device), *losses]).double().sum(0)
    totals, masses = ranks.total(sums.cpu().numpy(), device)
    values = {
        "val/loss": float(mean(torch.from_numpy(totals), torch.from_numpy(masses))),
        "val/miou": summary.miou,
        "val/f1": summary.mean_f1,
        "val/pixel_accuracy": summary.pixel_accuracy,
    }
    for label in labels:
        if not np.isnan(summary.iou[label.index]):
            values[f"val/iou/{label.name}"] = float(summary.iou[label.index])
    return values


def evaluate_bundle(bundle: Bundle, data: ValidationSet, place: torch.device, batch: int) -> None:
    """Write `predictions/<asset>.png` (index masks at the images' own sizes) and `evaluation.json` into the
    bundle.
    """
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    model = (fold() if fold is not None else model).to(place)
    labels = bundle.labels
    total: Counts = np.zeros((len(labels), len(labels)), np.int64)
    boundary = BoundaryCounts(len(labels))
    folder = bundle.folder / "predictions"
    folder.mkdir(exist_ok=True)
    assets = []
    for item in predict_all(model, data, batch):
        sample = data.samples[item.number]
        matrix = confusion_matrix(item.truth, item.prediction, len(labels))
        total += matrix
        boundary.add(item.truth, item.prediction)
        (folder / f"{sample.asset}.png").write_bytes(encode_png(item.prediction))
        scores = label_scores(item.logits)
        assets.append(
            {
                "asset": sample.asset,
                "name": sample.name,
                "miou": optional(summarise(matrix).miou),
                "scores": {label.name: round(float(scores[label.index]), 6) for label in labels},
            }
        )
    record = evaluation_record(labels, total, summarise(total), boundary)
    write_json(bundle.folder / "evaluation.json", {**record, "images": len(assets), "assets": assets})


def evaluation_record(
    labels: Sequence[Label], matrix: Counts, summary: Summary, boundary: BoundaryCounts
) -> dict[str, Any]:
    """The body of `evaluation.json` but for the assets; a label in neither truth nor prediction has nulls."""
    outlines = boundary.f1()
    classes = [
        {
            "index": label.index,
            "name": label.name,
            "id": label.id,
            "color": label.color,
            "iou": optional(summary.iou[label.index]),
            "precision": optional(summary.precision[label.index]),
            "recall": optional(summary.recall[label.index]),
            "f1": optional(summary.f1[label.index]),
            "boundary_f1": optional(outlines[label.index]),
            "support": int(summary.support[label.index]),
        }
        for label in labels
    ]
    known = outlines[~np.isnan(outlines)]
    return {
        "split": "val",
        "miou": summary.miou,
        "f1": summary.mean_f1,
        "precision": summary.mean_precision,
        "recall": summary.mean_recall,
        "pixel_accuracy": summary.pixel_accuracy,
        "boundary_f1": float(known.mean()) if known.size else None,
        "per_class_iou": {item["name"]: item["iou"] for item in classes},
        "classes": classes,
        "confusion_matrix": {"labels": [label.name for label in labels], "counts": matrix.tolist()},
    }


def optional(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else float(value)
