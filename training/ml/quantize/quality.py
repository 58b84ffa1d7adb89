"""How good a runtime's masks are on validation images, in points."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.ml.bundle import Bundle
from training.ml.data.samples import load_image
from training.ml.data.truth import Truth
from training.ml.failures import Failure
from training.ml.images import Pixels, normalise, resize_rgb, table_of
from training.ml.manifest import Manifest, Sample, read_manifest
from training.ml.metrics import confusion_matrix, summarise
from training.ml.metrics.objects import ObjectScores
from training.ml.predictor import reader_of, upsampled_argmax
from training.ml.reading import Outputs, painted
from training.ml.runtimes import Floats, Runtime
from training.ml.validation import ValidationSet
from training.scores.confusion import Counts

MEGABYTES = 1024.0


def spread(samples: tuple[Sample, ...], most: int) -> tuple[Sample, ...]:
    """At most that many of the samples, evenly from all of them."""
    if len(samples) <= most:
        return samples
    return tuple(samples[place] for place in np.linspace(0, len(samples) - 1, most).round().astype(int))


def matching_manifest(bundle: Bundle, data: Path) -> Manifest:
    """The manifest. Raises `Failure` where its labels are not the bundle's."""
    manifest = read_manifest(data)
    known = [label.name for label in bundle.labels]
    if [label.name for label in manifest.labels] != known or manifest.task != bundle.task:
        detail = f"The data has {', '.join(label.name for label in manifest.labels)} for {manifest.task}."
        hint = f"Give the data of the run, with {', '.join(known)} for {bundle.task}."
        raise Failure("Data of other classes", detail, hint)
    return manifest


def calibration_images(bundle: Bundle, data: Path, most: int) -> list[Floats]:
    """Training images as the network reads them, float32 `[1, 3, H, W]` each. Raises `Failure` where there is
    none.
    """
    manifest = matching_manifest(bundle, data)
    samples = spread(manifest.split("train"), most)
    if not samples:
        raise Failure("Images needed", "The data has no image in the split train.", "Label some images.")
    rules = bundle.preprocessing
    table = table_of(list(rules.mean), list(rules.std), rules.scale)
    images = []
    for sample in samples:
        image = np.empty((1, 3, *rules.size), np.float32)
        normalise(resize_rgb(load_image(sample), rules.size), table, image[0])
        images.append(image)
    return images


@dataclass(frozen=True)
class Judged:
    """Means over the images, of 1: mIoU of the index masks; `map` of objects, None where the model labels
    pixels. `masks` are the index masks, one an image.
    """

    miou: float
    map: float | None
    masks: tuple[Pixels, ...]

    @property
    def points(self) -> float:
        """What a budget counts: 100 times the mIoU, or the average precision of objects."""
        return 100 * (self.miou if self.map is None else self.map)


class Tally:
    """Counts of one runtime's answers, image by image."""

    def __init__(self, quality: "Quality") -> None:
        self.quality = quality
        self.objects = ObjectScores(quality.bundle.labels, quality.reader)
        self.matrix: Counts = np.zeros((quality.labels, quality.labels), np.int64)
        self.masks: list[Pixels] = []

    def add(self, number: int, truth: Truth, outputs: Outputs) -> None:
        """Take in the outputs for one image, `[…]` each."""
        height, width = truth.index.shape
        if self.quality.reader.kind == "pixels":
            mask = upsampled_argmax(outputs[0], height, width)
        else:
            mask = painted(self.objects.add(number, truth, outputs), height, width)
        self.masks.append(mask)
        self.matrix += confusion_matrix(truth.index, mask, self.quality.labels)

    def result(self) -> Judged:
        """The means."""
        values = self.objects.result()
        precision = None if self.quality.reader.kind == "pixels" else float(values.get("map") or 0.0)
        return Judged(summarise(self.matrix).miou, precision, tuple(self.masks))


class Quality:
    """The validation images of a bundle's data, at most `most` of them."""

    def __init__(self, bundle: Bundle, data: Path, most: int) -> None:
        manifest = matching_manifest(bundle, data)
        rules = bundle.preprocessing
        table = table_of(list(rules.mean), list(rules.std), rules.scale)
        samples = spread(manifest.split("val"), most)
        self.bundle, self.reader, self.labels = bundle, reader_of(bundle), len(bundle.labels)
        self.images = ValidationSet(samples, manifest, rules.size, table, MEGABYTES)

    def __len__(self) -> int:
        return len(self.images)

    def judge(self, runtime: Runtime) -> Judged:
        """Run every image."""
        tally = Tally(self)
        for number, image, pairs in self.images.batches(1):
            tally.add(number, pairs[0][1], tuple(item[0] for item in runtime.run(image)))
        return tally.result()

    def inputs(self, most: int) -> list[Floats]:
        """The first images as the network reads them, float32 `[1, 3, H, W]` each."""
        return [image for number, image, _ in self.images.batches(1) if number < most]
