"""Validation during a run and the evaluation of a bundle: the same numbers, at the images' own sizes."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from annotations.geometry import mask_to_rle
from training.ml import ranks
from training.ml.bundle import Bundle
from training.ml.describe import encode_png
from training.ml.files import write_json
from training.ml.images import Pixels
from training.ml.losses import Criterion, mean, scale_of
from training.ml.metrics import confusion_matrix, summarise
from training.ml.metrics.objects import ObjectScores
from training.ml.predictor import reader_of, upsampled_argmax
from training.ml.processes import place
from training.ml.reading import Found, Reader, painted
from training.ml.scoring.certainty import certainty, objects_certainty
from training.ml.scoring.scorer import Scorer
from training.ml.validation import Predicted, ValidationSet, predict_all
from training.ml.weights import load_bundle_model
from training.scores.confusion import Counts
from training.scores.store import write_scores
from training.scores.summary import summary_of

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


def evaluate_bundle(
    bundle: Bundle,
    data: ValidationSet,
    place: torch.device,
    batch: int,
    out: Path | None = None,
    tell: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Write `predictions/<asset>.png` (index masks at the images' own sizes), `predictions/<asset>.sure.png`
    (how sure it is, grey and alpha at the grid of the logits, see `scoring.certainty`), of a model of objects
    also `<asset>.json`, the objects; `scores.npz` and last `evaluation.json`, its summary, which is returned.

    All into the bundle, or into `out`; `tell` hears how many images are done.
    """
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    model = (fold() if fold is not None else model).to(place)
    reader, scorer = reader_of(bundle), Scorer(bundle.labels, reader_of(bundle))
    root = out or bundle.folder
    folder = root / "predictions"
    folder.mkdir(parents=True, exist_ok=True)
    for number, item in enumerate(predict_all(model, data, batch), 1):
        sample = data.samples[item.number]
        prediction, found = judged(item, reader, scorer.objects)
        scorer.add(sample.asset, sample.name, item.truth, prediction, item.outputs, found)
        (folder / f"{sample.asset}.png").write_bytes(encode_png(prediction))
        (folder / f"{sample.asset}.sure.png").write_bytes(encode_sure(sureness(item, reader, found)))
        if reader.kind != "pixels":
            write_objects(folder / f"{sample.asset}.json", found)
        if tell is not None:
            tell(number)
    scores = scorer.result()
    write_scores(root / "scores.npz", scores)
    record = summary_of(scores)
    write_json(root / "evaluation.json", record)
    return record


def sureness(item: Predicted, reader: Reader, found: list[Found]) -> Pixels:
    """How sure the model is of the image, uint8 `[h, w, 2]`."""
    if reader.kind == "pixels":
        return certainty(item.outputs[0])
    height, width = item.truth.index.shape
    return objects_certainty(found, height, width, reader.size)


def encode_sure(pair: Pixels) -> bytes:
    """Confidence and entropy as the grey and alpha of a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pair, "LA").save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def write_objects(file: Path, found: list[Found]) -> None:
    """The objects of one image: label index, score, mask as COCO RLE."""
    rows = [
        {"index": item.label, "score": round(item.score, 6), "mask": mask_to_rle(item.mask)} for item in found
    ]
    write_json(file, rows)
