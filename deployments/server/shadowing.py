"""Another version looks at the same image once it is answered, and how far the two agree is counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deployments.server.job import Result
from deployments.server.looking import Seen
from deployments.server.options import Options
from deployments.server.servable import Servable
from training.ml.bundle import Label

Pixels = NDArray[np.uint8]
Run = Callable[
    [Servable, bytes | Pixels, Options, Callable[[Result], float], float], Coroutine[Any, Any, float]
]

# Images that shadows look at at the same time; those that come meanwhile are passed over, so that what is
# answered has the cores.
MOST_AT_ONCE = 2
NOBODY = 254


class Shadows:
    """Runs shadows in the background; `run` has a model look at an image."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._tasks: set[asyncio.Task[None]] = set()

    def show(
        self, shadow: Servable, image: bytes | Pixels, asked: Options, seen: Seen, labels: Sequence[Label]
    ) -> None:
        """Have `shadow` look at an image that was answered with `seen`, in terms of `labels`, unless others
        are being looked at; returns at once.
        """
        if len(self._tasks) >= MOST_AT_ONCE:
            return
        task = asyncio.get_running_loop().create_task(self._compare(shadow, image, asked, seen.index, labels))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()

    async def _compare(
        self, shadow: Servable, image: bytes | Pixels, asked: Options, index: Pixels, labels: Sequence[Label]
    ) -> None:
        # Only the index mask is wanted: no shapes are traced, and all classes count.
        looks = Options((), asked.threshold, None, asked.tiles, asked.overlap, asked.augment)
        try:
            agreement = await self._run(
                shadow,
                image,
                looks,
                lambda result: agreement_of(index, labels, result.seen.index, shadow.predictor.labels),
                time.perf_counter(),
            )
        except Exception as error:
            shadow.tally.journal.write("warning", f"the shadow did not answer: {error}")
        else:
            shadow.tally.shadowed(agreement)


def agreement_of(index: Pixels, labels: Sequence[Label], other: Pixels, theirs: Sequence[Label]) -> float:
    """The share of pixels on which two index masks uint8 `[h, w]` say the same; labels are the same class
    where they have the same id.
    """
    own = {label.id: label.index for label in labels}
    table = np.arange(256, dtype=np.uint8)
    for label in theirs:
        table[label.index] = own.get(label.id, NOBODY)
    return float(np.count_nonzero(table[other] == index)) / index.size
