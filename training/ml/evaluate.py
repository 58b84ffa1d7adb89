"""Validation during a run and the evaluation of a bundle: the same numbers, at the images' own sizes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from annotations.geometry import mask_to_rle
from training.ml import ranks
from training.ml.bundle import Bundle, Label
from training.ml.describe import encode_png
from training.ml.files import write_json
from training.ml.images import Pixels
from training.ml.losses import Criterion, mean, scale_of
from training.ml.metrics import BoundaryCounts, Summary, confusion_matrix, summarise
from training.ml.metrics.confusion import Counts
from training.ml.metrics.objects import ObjectScores
from training.ml.predictor import label_scores, reader_of, upsampled_argmax
from training.ml.processes import place
from training.ml.reading import Found, Reader, painted
from training.ml.runtimes import Floats
from training.ml.validation import Predicted, ValidationSet, predict_all
from training.ml.weights import load_bundle_model

# A validation image's number, the index mask predicted for it, and the two masks' confusion matrix.
Watch = Callable[[int, Pixels, Counts], None]


def judged(item: Predicted, reader: Reader, objects: ObjectScores) -> tuple[Pixels, list[Found]]:
    """The index mask uint8 `[h, w]` that a person is shown, and the objects it is painted from, which are
    counted.
    """
    height, width = item.truth.index.shape
    if reader.kind == "pixels":
        return upsampled_argmax(item.outputs[0], height, width), []
    found = objects.add(item.number, item.truth, item.outputs)
    return painted(found, height, width), found


def validate(
    model: nn.Module,
    data: ValidationSet,
    reader: Reader,
    loss: Criterion,
    batch: int,
    watch: Watch | None = None,
) -> dict[str, float]:
    """The `val/…` metrics of a model on the set, by the contract's names; the model's mode is kept. The ranks
    share the set, and each gets the metrics of all of it. `watch` is shown each image of this rank.
    """
    labels = data.manifest.labels
    was_training = model.training
    model.eval()
    matrix: Counts = np.zeros((len(labels), len(labels)), np.int64)
    objects = ObjectScores(labels, reader)
    losses: list[Tensor] = []
    device = next(model.parameters()).device
    for item in predict_all(model, data, batch, loss, losses, (place().rank, ranks.size())):
        prediction, _ = judged(item, reader, objects)
        one = confusion_matrix(item.truth.index, prediction, len(labels))
        matrix += one
        if watch is not None:
            watch(item.number, prediction, one)
    model.train(was_training)
    summary = summarise(ranks.total(matrix, device))
    sums = torch.stack([torch.zeros(2, len(loss.terms), device=device), *losses]).double().sum(0)
    totals, masses = torch.from_numpy(ranks.total(sums.cpu().numpy(), device))
    scale = scale_of(loss, totals, masses)
    values = {
        "val/loss": float(mean(totals, masses) * (1 if scale is None else scale)),
        "val/miou": summary.miou,
        "val/f1": summary.mean_f1,
        "val/pixel_accuracy": summary.pixel_accuracy,
    }
    values |= {f"val/{name}": value for name, value in objects.gathered().summary().items()}
    for label in labels:
        if not np.isnan(summary.iou[label.index]):
            values[f"val/iou/{label.name}"] = float(summary.iou[label.index])
    return values


def evaluate_bundle(bundle: Bundle, data: ValidationSet, place: torch.device, batch: int) -> None:
    """Write `predictions/<asset>.png` (index masks at the images' own sizes; of a model of objects also
    `<asset>.json`, the objects) and `evaluation.json` into the bundle.
    """
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    model = (fold() if fold is not None else model).to(place)
    labels, reader = bundle.labels, reader_of(bundle)
    total: Counts = np.zeros((len(labels), len(labels)), np.int64)
    boundary, objects = BoundaryCounts(len(labels)), ObjectScores(labels, reader)
    folder = bundle.folder / "predictions"
    folder.mkdir(exist_ok=True)
    assets = []
    for item in predict_all(model, data, batch):
        sample = data.samples[item.number]
        prediction, found = judged(item, reader, objects)
        matrix = confusion_matrix(item.truth.index, prediction, len(labels))
        total += matrix
        boundary.add(item.truth.index, prediction)
        (folder / f"{sample.asset}.png").write_bytes(encode_png(prediction))
        if reader.kind != "pixels":
            write_objects(folder / f"{sample.asset}.json", found)
        scores = scores_of(item.outputs[0], found, labels, reader)
        assets.append(
            {
                "asset": sample.asset,
                "name": sample.name,
                "miou": optional(summarise(matrix).miou),
                "scores": {label.name: round(score, 6) for label, score in zip(labels, scores, strict=True)},
            }
        )
    record = evaluation_record(labels, total, summarise(total), boundary, objects)
    write_json(bundle.folder / "evaluation.json", {**record, "images": len(assets), "assets": assets})


def scores_of(logits: Floats, found: list[Found], labels: Sequence[Label], reader: Reader) -> list[float]:
    """A score of each label in one image: of objects the best one's, 0 where there is none."""
    if reader.kind == "pixels":
        return [float(score) for score in label_scores(logits)]
    return [max((item.score for item in found if item.label == label.index), default=0.0) for label in labels]


def write_objects(file: Path, found: list[Found]) -> None:
    """The objects of one image: label index, score, mask as COCO RLE."""
    rows = [
        {"index": item.label, "score": round(item.score, 6), "mask": mask_to_rle(item.mask)} for item in found
    ]
    write_json(file, rows)


def evaluation_record(
    labels: Sequence[Label],
    matrix: Counts,
    summary: Summary,
    boundary: BoundaryCounts,
    objects: ObjectScores,
) -> dict[str, Any]:
    """The body of `evaluation.json` but for the assets; a label in neither truth nor prediction has nulls."""
    outlines = boundary.f1()
    precisions = objects.by_label()
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
            **precisions.get(label.index, {}),
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
        **objects.result(),
        "per_class_iou": {item["name"]: item["iou"] for item in classes},
        "classes": classes,
        "confusion_matrix": {"labels": [label.name for label in labels], "counts": matrix.tolist()},
    }


def optional(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else float(value)
