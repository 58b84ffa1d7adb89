"""Decoded images and painted masks, kept in memory as far as a budget allows."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from training.ml.data.example import Example
from training.ml.failures import Failure
from training.ml.images import ImageTooLarge, ImageUnreadable, Pixels, load_rgb, resize_index, resize_rgb
from training.ml.manifest import Manifest, Sample, index_mask, object_map

DETAIL = 2


class SampleStore:
    """Image and mask of each sample at its working size; the same arrays each time, so callers must not write
    to them.

    The working size is the input size where nothing needs more (`detail` False): each pair is then exactly
    what the predictor makes of the image. With `detail` it is the image's own size, or twice the input size
    where that is smaller in both directions.
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        manifest: Manifest,
        size: tuple[int, int],
        detail: bool,
        megabytes: float,
    ) -> None:
        self.samples, self.manifest = samples, manifest
        self.size, self.detail = size, detail
        self.room = int(megabytes * 2**20)
        self.kept: dict[int, Example] = {}
        self.lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.samples)

    def load(self, index: int) -> Example:
        """The example at its working size. Raises `Failure` naming the image that cannot be read."""
        found = self.kept.get(index)
        if found is not None:
            return found
        example = load_example(self.samples[index], self.manifest)
        height, width = example.mask.shape
        size = self.working_size(height, width)
        example = Example(resize_rgb(example.image, size), resize_index(example.mask, size), example.labels)
        cost = example.image.nbytes + example.mask.nbytes
        with self.lock:
            if index not in self.kept and cost <= self.room:
                self.room -= cost
                self.kept[index] = example
        return example

    def draw(self, rng: Generator) -> Example:
        """Any one of them."""
        return self.load(int(rng.integers(len(self))))

    def working_size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width at which an image of that size is kept."""
        if not self.detail:
            return self.size
        bound = (DETAIL * self.size[0], DETAIL * self.size[1])
        return bound if height > bound[0] and width > bound[1] else (height, width)

    def label_shares(self) -> list[float]:
        """The share of each label among the pixels that are not ignored, over all samples of a semantic set;
        no image is read.
        """
        counts = np.zeros(256, np.int64)
        for index in range(len(self)):
            mask = index_mask(self.samples[index], self.manifest.fill)
            mask = resize_index(mask, self.working_size(*mask.shape))
            counts += np.bincount(mask.ravel(), minlength=256)
        known = counts[: len(self.manifest.labels)]
        return [float(share) for share in known / max(int(known.sum()), 1)]


def load_example(sample: Sample, manifest: Manifest) -> Example:
    """The upright image and its mask or object map at the image's own size. Raises `Failure`."""
    image = load_image(sample)
    if manifest.task == "semantic":
        return Example(image, index_mask(sample, manifest.fill))
    return Example(image, *object_map(sample, manifest))


def load_image(sample: Sample) -> Pixels:
    """The upright image, RGB uint8 `[h, w, 3]`. Raises `Failure` naming it where it cannot be read."""
    hint = (
        "Remove the image from the project or upload it again, make a new snapshot and start the run on it."
    )
    try:
        image = load_rgb(sample.image)
    except (OSError, ImageUnreadable, ImageTooLarge) as error:
        raise Failure("An image cannot be read", f"{sample.name}: {error}", hint) from error
    if image.shape[:2] != (sample.height, sample.width):
        is_now, was = f"{image.shape[1]} x {image.shape[0]}", f"{sample.width} x {sample.height}"
        detail = f"{sample.name} is {is_now} and was labelled at {was}."
        raise Failure("An image changed after it was labelled", detail, hint)
    return image
