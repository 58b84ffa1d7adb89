"""The robustness card of a bundle: one metric under corruptions, under tiling, and at other input sizes."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from training.ml.bundle import Bundle
from training.ml.data.samples import load_image
from training.ml.data.truth import Truth, truth_of
from training.ml.failures import Failure
from training.ml.images import Pixels, normalise, resize_rgb, table_of
from training.ml.latency import timed
from training.ml.manifest import Manifest, Sample
from training.ml.metrics import confusion_matrix, summarise
from training.ml.metrics.objects import ObjectScores
from training.ml.predictor import reader_of, upsampled_argmax
from training.ml.quantize.quality import matching_manifest, spread
from training.ml.reading import Outputs, Reader, painted
from training.ml.robustness.corruptions import CORRUPTIONS, SEVERITIES, corrupted
from training.ml.runtimes import Runtime, load_runtime

# Times the bundle's own input size, rounded to what every architecture can halve five times.
SIZES = (0.5, 0.75, 1.0, 1.5, 2.0)
MULTIPLE = 32
# Of a tile that another one sees, too.
OVERLAP = 0.25
MOST_ACROSS = 8
# Bytes of truths that are kept: they are needed some fifty times, and are at their images' own size.
KEPT = 512 * 2**20

Tell = Callable[[float, str], None]


class Bench:
    """The images of a card, and one metric of any way to see them: mIoU of models that label pixels, mask AP
    of others.
    """

    def __init__(self, bundle: Bundle, data: Path, split: str, most: int) -> None:
        self.bundle, self.reader = bundle, reader_of(bundle)
        self.manifest: Manifest = matching_manifest(bundle, data)
        self.samples: tuple[Sample, ...] = spread(self.manifest.split(split), most)
        if not self.samples:
            said = f"The data has no image in the split {split}."
            raise Failure("Images needed", said, "Choose another split.")
        rules = bundle.preprocessing
        self.table = table_of(list(rules.mean), list(rules.std), rules.scale)
        self.runtime: Runtime = load_runtime(bundle, "torch", "cpu", None, "none")

    @property
    def metric(self) -> str:
        """What is measured."""
        return "miou" if self.reader.kind == "pixels" else "map"

    def seen(self, image: Pixels, size: tuple[int, int]) -> Outputs:
        """The model's outputs for an RGB image, stretched to `size`."""
        batch = np.empty((1, 3, *size), np.float32)
        normalise(resize_rgb(image, size), self.table, batch[0])
        return tuple(item[0] for item in self.runtime.run(batch))

    def value(self, answers: Iterable[tuple[int, Truth, Outputs]], size: tuple[int, int]) -> float | None:
        """The metric of outputs, by the number of their image."""
        reader: Reader = replace(self.reader, size=size)
        labels = len(self.bundle.labels)
        matrix, objects = np.zeros((labels, labels), np.int64), ObjectScores(self.bundle.labels, reader)
        for number, truth, outputs in answers:
            height, width = truth.index.shape
            if reader.kind == "pixels":
                mask = upsampled_argmax(outputs[0], height, width)
            else:
                mask = painted(objects.add(number, truth, outputs), height, width)
            matrix += confusion_matrix(truth.index, mask, labels)
        if reader.kind == "pixels":
            return float(summarise(matrix).miou)
        found = objects.result().get("map")
        return None if found is None else float(found)


class Truths:
    """The truths of a bench's images in their order: kept as long as there is room, else drawn anew."""

    def __init__(self, bench: Bench, room: int = KEPT) -> None:
        self._bench = bench
        self._kept: list[Truth | None] = []
        for sample in bench.samples:
            truth = truth_of(sample, bench.manifest)
            room -= truth.nbytes
            self._kept.append(truth if room >= 0 else None)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Truth]:
        for sample, kept in zip(self._bench.samples, self._kept, strict=True):
            yield truth_of(sample, self._bench.manifest) if kept is None else kept


def card(
    bundle: Bundle,
    data: Path,
    split: str,
    most: int,
    tell: Tell,
    names: Sequence[str] = tuple(CORRUPTIONS),
    severities: Sequence[int] = SEVERITIES,
) -> dict[str, Any]:
    """`{"metric", "images", "clean", "severities", "corruptions", "tiling", "sizes"}`. Images are corrupted
    at the size that the network sees. Raises `Failure` where the data is of other classes or has no image.
    """
    tell(0.0, "Loading the model")
    bench = Bench(bundle, data, split, most)
    size = bundle.preprocessing.size
    truths = Truths(bench)
    images = [resize_rgb(load_image(sample), size) for sample in bench.samples]
    rounds = 1 + len(names) * len(severities)
    done = 0

    def judged(change: Callable[[int, Pixels], Pixels], what: str) -> float | None:
        nonlocal done

        def answers() -> Iterable[tuple[int, Truth, Outputs]]:
            for number, (image, truth) in enumerate(zip(images, truths, strict=True)):
                tell(0.75 * (done + number / len(images)) / rounds, what)
                yield number, truth, bench.seen(change(number, image), size)

        found = bench.value(answers(), size)
        done += 1
        return found

    clean = judged(lambda number, image: image, "Without corruption")
    found = []
    for name in names:
        title = CORRUPTIONS[name][0]
        values = [
            judged(lambda number, image, n=name, s=severity: corrupted(image, n, s, number), title)  # type: ignore[misc]
            for severity in severities
        ]
        found.append({"name": name, "title": title, "values": values})
    tell(0.75, "Tiling")
    tiling = tiled(bench, truths, clean, tell)
    return {
        "metric": bench.metric,
        "images": len(images),
        "clean": clean,
        "severities": list(severities),
        "corruptions": found,
        "tiling": tiling,
        "sizes": sizes(bench, truths, clean, tell),
    }


def tiled(bench: Bench, truths: Truths, whole: float | None, tell: Tell) -> dict[str, Any] | None:
    """The metric of the whole image at once and of tiles at the image's own scale; None of models of objects,
    whose objects would be cut, and where images are no larger than the input.
    """
    height, width = bench.bundle.preprocessing.size
    larger = any(each.height > height or each.width > width for each in bench.samples)
    if bench.reader.kind != "pixels" or not larger:
        return None
    labels = len(bench.bundle.labels)
    matrix = np.zeros((labels, labels), np.int64)
    for number, (sample, truth) in enumerate(zip(bench.samples, truths, strict=True)):
        tell(0.75 + 0.1 * number / len(truths), "Tiling")
        matrix += confusion_matrix(truth.index, in_tiles(bench, load_image(sample)), labels)
    return {"whole": whole, "tiles": float(summarise(matrix).miou)}


def in_tiles(bench: Bench, image: Pixels) -> Pixels:
    """The index mask uint8 `[h, w]` of an RGB image seen in overlapping tiles of the input's size; each pixel
    is of the tile in whose middle it lies most.
    """
    height, width = image.shape[:2]
    size = bench.bundle.preprocessing.size
    index = np.zeros((height, width), np.uint8)
    columns = edges(width, size[1])
    for (top, bottom), (first, last) in edges(height, size[0]):
        for (left, right), (begin, end) in columns:
            (logits,) = bench.seen(image[top:bottom, left:right], size)
            mask = upsampled_argmax(logits, bottom - top, right - left)
            index[first:last, begin:end] = mask[first - top : last - top, begin - left : end - left]
    return index


def edges(length: int, tile: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where tiles begin and end along one side, overlapping by a quarter or more, and which part of each is
    kept: up to the middle of the overlaps. At most eight of them: larger ones where that is not enough.
    """
    tile = max(tile, -(-length // (MOST_ACROSS * 3 // 4)))
    if length <= tile:
        return [((0, length), (0, length))]
    count = -(-(length - tile) // max(1, int(tile * (1 - OVERLAP)))) + 1
    starts = np.linspace(0, length - tile, count).round().astype(int).tolist()
    cuts = [0, *((after + before + tile) // 2 for before, after in pairwise(starts)), length]
    return [((start, start + tile), kept) for start, kept in zip(starts, pairwise(cuts), strict=True)]


def sizes(bench: Bench, truths: Truths, clean: float | None, tell: Tell) -> list[dict[str, Any]]:
    """The metric and the milliseconds of a forward pass at other input sizes; a size that the architecture
    does not take has neither.
    """
    own = bench.bundle.preprocessing.size
    found: list[dict[str, Any]] = []
    wanted = sorted({own if times == 1 else scaled(own, times) for times in SIZES})
    for place, size in enumerate(wanted):
        tell(0.85 + 0.15 * place / len(wanted), f"At {size[1]} x {size[0]}")
        value: float | None = clean
        milliseconds: float | None = None
        try:
            if size != own:
                value = bench.value(
                    (
                        (number, truth, bench.seen(load_image(sample), size))
                        for number, (sample, truth) in enumerate(zip(bench.samples, truths, strict=True))
                    ),
                    size,
                )
            milliseconds = round(statistics.median(timed(bench.runtime.run, size)), 2)
        except (RuntimeError, ValueError, IndexError):
            # An architecture with embeddings for one size says so in many ways.
            value = None
        found.append({"size": list(size), "value": value, "milliseconds": milliseconds, "own": size == own})
    return found


def scaled(size: tuple[int, int], times: float) -> tuple[int, int]:
    """A size that architectures can halve."""
    height, width = (max(MULTIPLE, round(side * times / MULTIPLE) * MULTIPLE) for side in size)
    return height, width
