"""Going through a split's images with a bundle that was not trained on them."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from annotations.geometry import bbox_of, mask_to_polygons, paint_numbers
from training.ml.bundle import Bundle
from training.ml.data.samples import load_image
from training.ml.doctor.confident import Thresholds, confident
from training.ml.doctor.regions import Bits, Finding, Shape, of_objects, of_pixels
from training.ml.failures import Failure
from training.ml.images import Pixels, normalise, resize_rgb, table_of
from training.ml.manifest import IGNORE, Manifest, Sample, index_mask
from training.ml.predictor import reader_of
from training.ml.quantize.quality import matching_manifest
from training.ml.runtimes import Floats, Runtime, load_runtime
from training.ml.scoring.sampling import softmax, upsampled_at

# The longer side of the grid on which regions are looked for.
SIDE = 384
Tell = Callable[[float, str], None]


def look(bundle: Bundle, data: Path, split: str, tell: Tell) -> Iterator[dict[str, Any]]:
    """Every finding as `{"asset", "kind", "score", "given", "suggested", "annotation", "bbox", "area",
    "polygons"}`: classes by id, geometry of the suggestion at the image's own size. Raises `Failure` where
    the data is of other classes or has no image.
    """
    manifest = matching_manifest(bundle, data)
    samples = manifest.split(split)
    if not samples:
        raise Failure("Images needed", f"The data has no image in the split {split}.", "Choose another one.")
    ids = shape_ids(data)
    runtime = load_runtime(bundle, "torch", "cuda" if _has_cuda() else "cpu", None, "none")
    reader = reader_of(bundle)
    if reader.kind != "pixels":
        for number, sample in enumerate(samples):
            tell((number + 1) / len(samples), f"Looking at {number + 1} of {len(samples)} images")
            outputs = seen(bundle, runtime, sample)
            height, width = grid_of(sample)
            found = reader.shown(outputs, height, width)
            shapes = shapes_of(sample, manifest, ids[sample.asset], (height, width))
            yield from described(bundle, sample, of_objects(found, shapes))
        return
    yield from _by_pixels(bundle, runtime, manifest, samples, ids, tell)


def trusted(found: Sequence[dict[str, Any]], shapes: Mapping[str, int]) -> list[dict[str, Any]]:
    """The findings, those of a kind and class that a model has against many of the class's shapes scored
    down: it is the model then that does not know the class. `shapes` counts those of each class id.
    """
    often = Counter((one["kind"], one["given"] or one["suggested"]) for one in found)

    def trust(one: dict[str, Any]) -> float:
        named = one["given"] or one["suggested"]
        share = often[one["kind"], named] / max(1, shapes.get(named, 0))
        return max(0.1, 1 - share)

    return [{**one, "score": round(one["score"] * trust(one), 6)} for one in found]


def _by_pixels(
    bundle: Bundle,
    runtime: Runtime,
    manifest: Manifest,
    samples: Sequence[Sample],
    ids: dict[str, list[str]],
    tell: Tell,
) -> Iterator[dict[str, Any]]:
    thresholds = Thresholds(len(bundle.labels))
    covered: dict[int, list[float]] = {}
    folder = tempfile.TemporaryDirectory(prefix="label-check-")
    for number, sample in enumerate(samples):
        tell(0.7 * number / len(samples), f"Predicting {number + 1} of {len(samples)} images")
        logits = seen(bundle, runtime, sample)[0]
        # On disk until the second round: of many images they would fill the memory.
        np.save(Path(folder.name) / f"{number}.npy", logits.astype(np.float16))
        thresholds.add(probabilities_of(logits, sample), truth_of(sample, manifest))
        for shape in shapes_of(sample, manifest, ids[sample.asset], grid_of(sample)):
            covered.setdefault(shape.label, []).append(float(shape.pixels.mean()))
    values = thresholds.values()
    usual = {label: float(np.median(shares)) for label, shares in covered.items()}
    background = 0 if bundle.labels[0].id is None else None
    every: list[dict[str, Any]] = []
    for number, sample in enumerate(samples):
        tell(0.7 + 0.3 * number / len(samples), f"Comparing {number + 1} of {len(samples)} images")
        half = np.load(Path(folder.name) / f"{number}.npy")
        probabilities = probabilities_of(half.astype(np.float32), sample)
        sure = confident(probabilities, values)
        shapes = shapes_of(sample, manifest, ids[sample.asset], grid_of(sample))
        found = of_pixels(probabilities, sure, truth_of(sample, manifest), shapes, background, usual)
        every += described(bundle, sample, found)
    folder.cleanup()
    counts = {str(bundle.labels[label].id): len(shares) for label, shares in covered.items()}
    yield from trusted(every, counts)


def seen(bundle: Bundle, runtime: Runtime, sample: Sample) -> tuple[Floats, ...]:
    """The model's outputs for a sample's image."""
    rules = bundle.preprocessing
    table = table_of(list(rules.mean), list(rules.std), rules.scale)
    batch = np.empty((1, 3, *rules.size), np.float32)
    normalise(resize_rgb(load_image(sample), rules.size), table, batch[0])
    return tuple(item[0] for item in runtime.run(batch))


def grid_of(sample: Sample) -> tuple[int, int]:
    """Height and width of the grid on which an image is worked on."""
    scale = min(1.0, SIDE / max(sample.height, sample.width))
    return max(1, round(sample.height * scale)), max(1, round(sample.width * scale))


def probabilities_of(logits: Floats, sample: Sample) -> Floats:
    """Probabilities `[labels, h, w]` on the image's grid."""
    height, width = grid_of(sample)
    return softmax(upsampled_at(logits, np.arange(height), np.arange(width), height, width))


def truth_of(sample: Sample, manifest: Manifest) -> Pixels:
    """The labels on the image's grid, uint8 `[h, w]`, 255 ignored."""
    height, width = grid_of(sample)
    whole = index_mask(sample, manifest.fill)
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def shape_ids(data: Path) -> dict[str, list[str]]:
    """The ids of each asset's annotations in the order of a sample's items."""
    found = {}
    with data.open(encoding="utf-8") as lines:
        next(lines)
        for text in lines:
            line = json.loads(text)
            ordered = sorted(line["annotations"], key=lambda item: item.get("z") or 0)
            found[line["asset"]] = [item["id"] for item in ordered]
    return found


def shapes_of(sample: Sample, manifest: Manifest, ids: Sequence[str], grid: tuple[int, int]) -> list[Shape]:
    """The annotations that count, with the pixels of each that show on the grid."""
    items = [(geometry, number) for number, (geometry, _) in enumerate(sample.items, 1)]
    numbers = paint_numbers(items, sample.height, sample.width, 0)
    small = cv2.resize(numbers, (grid[1], grid[0]), interpolation=cv2.INTER_NEAREST)
    return [
        Shape(ids[number - 1], value, small == number)
        for number, (_, value) in enumerate(sample.items, 1)
        if value != IGNORE
    ]


def described(bundle: Bundle, sample: Sample, found: Iterator[Finding]) -> Iterator[dict[str, Any]]:
    """Findings with ids of classes, and with geometry at the image's own size."""
    for one in found:
        mask = enlarged(one.region, sample.height, sample.width)
        if not mask.any():
            continue
        yield {
            "asset": sample.asset,
            "kind": one.kind,
            "score": round(float(min(max(one.score, 0.0), 1.0)), 6),
            "given": None if one.given is None else bundle.labels[one.given].id,
            "suggested": None if one.suggested is None else bundle.labels[one.suggested].id,
            "annotation": one.annotation,
            "bbox": bbox_of(mask),
            "area": int(mask.sum()),
            "polygons": mask_to_polygons(mask),
        }


def enlarged(region: Bits, height: int, width: int) -> Pixels:
    """A region of the grid at the image's own size, uint8 of 0 and 1, with smooth edges."""
    if region.shape == (height, width):
        return region.astype(np.uint8)
    wide = cv2.resize(region.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return (np.asarray(wide) >= 0.5).astype(np.uint8)


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()
