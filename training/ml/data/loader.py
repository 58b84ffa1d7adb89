"""Batches in a reproducible order, made ahead in a thread.

The training order is the concatenation of one seeded permutation an epoch. Which samples a step sees, and how
each is augmented, follows from the seed and the step alone, so a resumed run continues as if it had never
stopped.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType

import numpy as np
import torch
from torch import Tensor

from training.ml.data.augmentations import Augment
from training.ml.data.augmented import augmented
from training.ml.data.example import Example, void_of
from training.ml.data.samples import SampleStore
from training.ml.images import normalise
from training.ml.processes import cores, place
from training.ml.runtimes import Floats

AHEAD = 2
MOST_WORKERS = 8


@dataclass(frozen=True)
class Batch:
    """Images float32 `[n, 3, h, w]`, normalised, and what is on them. Semantic: targets uint8 `[n, h, w]` of
    label indices, 255 ignored. With objects: targets int32 `[n, h, w]` of object numbers, 0 none, -1 ignored,
    and for each image the output of each object from 1 on, int64 `[objects]`.
    """

    images: Tensor
    targets: Tensor
    labels: tuple[Tensor, ...] | None = None


class Order:
    """Which sample stands at each position of the endless training order, and which a rank takes."""

    def __init__(self, length: int, seed: int, rank: int = 0, world: int = 1) -> None:
        self.length, self.seed, self.rank, self.world = length, seed, rank, world
        self.permutation = lru_cache(maxsize=4)(self._permutation)

    def _permutation(self, epoch: int) -> list[int]:
        return [int(i) for i in np.random.default_rng([self.seed, epoch]).permutation(self.length)]

    def batch(self, number: int, size: int) -> list[tuple[int, int]]:
        """(epoch, sample) of each image of this rank's batch `number`, counted from 0."""
        start = (number * self.world + self.rank) * size
        places = [divmod(position, self.length) for position in range(start, start + size)]
        return [(epoch, self.permutation(epoch)[place]) for epoch, place in places]


def train_batch(
    store: SampleStore, augment: Augment, order: Order, table: Floats, number: int, size: int
) -> Batch:
    """The training batch `number` of `size` augmented images; `table` is the normalisation's look-up `[3,
    256]`.
    """
    places = order.batch(number, size)

    def make(which: tuple[int, int]) -> Example:
        return augmented(store, augment, order.seed, *which)

    # Each image follows from its own seed, so that threads change nothing; OpenCV lets go of the lock.
    workers = min(MOST_WORKERS, cores() // place().local_world - 1)
    made = list(pool(workers).map(make, places)) if workers > 1 else [make(each) for each in places]
    return collate(made, table)


@lru_cache(maxsize=1)
def pool(workers: int) -> ThreadPoolExecutor:
    """The threads that make images."""
    return ThreadPoolExecutor(workers, "image")


def collate(examples: Sequence[Example], table: Floats) -> Batch:
    """Examples of one size as a batch."""
    images = np.empty((len(examples), 3, *examples[0].mask.shape), np.float32)
    for slot, example in enumerate(examples):
        normalise(example.image, table, images[slot])
    masks = np.stack([example.mask for example in examples])
    if examples[0].labels is None:
        return Batch(torch.from_numpy(images), torch.from_numpy(masks))
    numbers = masks.astype(np.int32)
    numbers[masks == void_of(masks)] = -1
    labels = tuple(torch.tensor(example.labels or (), dtype=torch.int64) for example in examples)
    return Batch(torch.from_numpy(images), torch.from_numpy(numbers), labels)


class Prefetch:
    """Calls `make(0)`, `make(1)`, … from `first` on in a thread, a few ahead of who takes them; errors arrive
    with `next`.
    """

    def __init__(self, make: Callable[[int], Batch], first: int, ahead: int = AHEAD) -> None:
        self.make, self.first = make, first
        self.ready: queue.Queue[Batch | BaseException] = queue.Queue(maxsize=ahead)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._work, name="loader", daemon=True)

    def _work(self) -> None:
        number = self.first
        while not self.stopped.is_set():
            try:
                item: Batch | BaseException = self.make(number)
            except BaseException as error:
                item = error
            self._hand_over(item)
            if isinstance(item, BaseException):
                return
            number += 1

    def _hand_over(self, item: Batch | BaseException) -> None:
        while not self.stopped.is_set():
            try:
                self.ready.put(item, timeout=0.1)
                return
            except queue.Full:
                continue

    def __enter__(self) -> Iterator[Batch]:
        self.thread.start()
        return self._items()

    def _items(self) -> Iterator[Batch]:
        while True:
            item = self.ready.get()
            if isinstance(item, BaseException):
                raise item
            yield item

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self.thread.join()
