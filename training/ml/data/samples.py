"""Decoded images and painted masks, kept in memory as far as a budget allows."""

import threading
from collections.abc import Sequence

import numpy as np

from training.ml.failures import Failure
from training.ml.images import ImageTooLarge, ImageUnreadable, Pixels, load_rgb, resize_index, resize_rgb
from training.ml.manifest import Sample, index_mask

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
        fill: int,
        labels: int,
        size: tuple[int, int],
        detail: bool,
        megabytes: float,
    ) -> None:
        self.samples, self.fill, self.labels = samples, fill, labels
        self.size, self.detail = size, detail
        self.room = int(megabytes * 2**20)
        self.kept: dict[int, tuple[Pixels, Pixels]] = {}
        self.lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.samples)

    def load(self, index: int) -> tuple[Pixels, Pixels]:
        """RGB uint8 `[h, w, 3]` and index mask uint8 `[h, w]`. Raises `Failure` naming the image that cannot
        be read.
        """
        found = self.kept.get(index)
        if found is not None:
            return found
        image, mask = load_pair(self.samples[index], self.fill)
        size = self.working_size(image.shape[0], image.shape[1])
        pair = resize_rgb(image, size), resize_index(mask, size)
        with self.lock:
            if index not in self.kept and pair[0].nbytes + pair[1].nbytes <= self.room:
                self.room -= pair[0].nbytes + pair[1].nbytes
                self.kept[index] = pair
        return pair

    def working_size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width at which an image of that size is kept."""
        if not self.detail:
            return self.size
        bound = (DETAIL * self.size[0], DETAIL * self.size[1])
        return bound if height > bound[0] and width > bound[1] else (height, width)

    def label_shares(self) -> list[float]:
        """The share of each label among the pixels that are not ignored, over all samples."""
        counts = np.zeros(256, np.int64)
        for index in range(len(self)):
            counts += np.bincount(self.load(index)[1].ravel(), minlength=256)
        known = counts[: self.labels]
        return [float(share) for share in known / max(int(known.sum()), 1)]


def load_pair(sample: Sample, fill: int) -> tuple[Pixels, Pixels]:
    """The upright image and its mask at the image's own size. Raises `Failure`."""
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
    return image, index_mask(sample, fill)
