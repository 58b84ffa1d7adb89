"""One image on its way through the server."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from deployments.server.looking import Look, Seen, check, look_at
from deployments.server.options import Options
from deployments.server.problems import Problem, TooLarge, Unusable
from deployments.server.servable import Servable
from deployments.server.views import View, bands, plan
from training.ml.images import ImageTooLarge, ImageUnreadable, load_rgb
from training.ml.reading import Outputs

logger = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]
Submit = Callable[[Callable[[], None]], object]
T = TypeVar("T")

# From when to when, by `time.perf_counter`.
Span = tuple[float, float]

NOTHING = np.empty((0, 0, 0), np.float32)


@dataclass(frozen=True)
class Result:
    """What became of an image: `image` is kept where an overlay is drawn on it; `seconds` are those that
    went by in each step so far, `batch` how many images were computed together.
    """

    servable: Servable
    options: Options
    seen: Seen
    image: Pixels | None
    seconds: Callable[[], dict[str, float]]
    batch: int


def covered(spans: Iterable[Span]) -> float:
    """Seconds that lie in at least one of the spans."""
    seconds, until = 0.0, -math.inf
    for began, ended in sorted(spans):
        seconds += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return seconds


class Part:
    """One view of a job's image: a tensor that waits for a lane."""

    def __init__(self, job: Job[T], view: View, tensor: NDArray[np.float32], arrived: float) -> None:
        self.tensor = tensor
        self.arrived = arrived
        self._job = job
        self._view = view

    def computed(self, outputs: Outputs, waited: float, seconds: float, batch: int) -> None:
        """Take the model's outputs for this view."""
        self.tensor = NOTHING
        self._job.took(self, self._view, outputs, waited, seconds, batch)

    def failed(self, error: BaseException) -> None:
        """The forward pass failed: so does the job."""
        self._job.failed(error)


class Job(Generic[T]):
    """Decoded in a worker thread, computed in the lanes view by view, turned into an answer in a worker
    thread again.

    The threads pass it on to each other; the event loop hears of it once, when `future` has what `write`
    made of the result. While one row of views is put together the next is computed.
    """

    def __init__(
        self,
        servable: Servable,
        image: bytes | Pixels,
        options: Options,
        write: Callable[[Result], T],
        max_pixels: int,
        submit: Submit,
        arrived: float,
    ) -> None:
        self.servable = servable
        self.options = options
        self.future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.arrived = arrived
        self._image: bytes | Pixels | None = image
        self._write = write
        self._max_pixels = max_pixels
        self._submit = submit
        self._rows: list[list[View]] = []
        self._lines: list[int] = []
        self._look: Look | None = None
        # What a row waits for: its views, and the rows before it being put together.
        self._missing: list[int] = []
        self._outputs: list[list[tuple[View, Outputs]]] = []
        self._waiting: set[Part] = set()
        self._over = False
        self._cancelled = False
        self._decoding = True
        self._began = 0.0
        # When views waited for a lane, and when they were computed: several at a time.
        self._waits: list[Span] = []
        self._passes: list[Span] = []
        self._preprocess = 0.0
        self._postprocess = 0.0
        self._batch = 1
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Have the image decoded in a worker thread."""
        self._submit(self._prepare)

    def failed(self, error: BaseException) -> None:
        """It waited for too long, or a forward pass failed: nothing more is begun for it."""
        self._settle(error)

    def cancel(self) -> None:
        """The client went away: nothing more is begun for it."""
        unread = self.servable.withdraw(self)
        with self._lock:
            self._cancelled = True
            decoding = self._decoding
        if unread or not decoding:
            self._settle(None)

    def _prepare(self) -> None:
        began = time.perf_counter()
        self._waits.append((self.arrived, began))
        if self._cancelled:
            self._drop()
            return
        try:
            check(self.options, self.servable.predictor)
            image = self._decoded()
            height, width = image.shape[:2]
            self._rows = plan(height, width, self.servable.predictor.size, self.options)
            self._lines = list(bands(self._rows, height))
            self._missing = [len(row) + (number > 0) for number, row in enumerate(self._rows)]
            self._outputs = [[] for _ in self._rows]
            self._look = look_at(self.servable.predictor, self.options, height, width, self._rows)
            self._image = image
            parts = self._parts(0, self.arrived)
        except ImageTooLarge as error:
            self._drop(TooLarge(f"The image is too large: {error}."))
        except ImageUnreadable:
            size = len(self._image) if self._image is not None else 0
            what = f"The {size} bytes received are" if size else "The body is empty:"
            self._drop(Unusable(f"{what} no image that can be decoded whole."))
        except Exception as error:
            self._drop(error)
        else:
            self._preprocess = time.perf_counter() - began
            self._compute(parts)

    def _decoded(self) -> Pixels:
        if isinstance(self._image, bytes):
            return load_rgb(self._image, self._max_pixels)
        assert self._image is not None
        return self._image

    def _parts(self, row: int, arrived: float) -> list[Part]:
        """The tensors of a row; after the last the image is let go unless it is drawn on."""
        assert isinstance(self._image, np.ndarray)
        preprocess = self.servable.predictor.preprocess
        parts = [Part(self, view, preprocess(view.cut(self._image)), arrived) for view in self._rows[row]]
        if row == len(self._rows) - 1 and "overlay" not in self.options.outputs:
            self._image = None
        return parts

    def _compute(self, parts: list[Part]) -> None:
        with self._lock:
            decoding, self._decoding = self._decoding, False
            wanted = not self._over and not self._cancelled
            self._waiting.update(parts if wanted else ())
        if decoding and not wanted:
            self._drop()
        if not wanted:
            return
        if not decoding:
            # The servable counts what is between decoding and computing: one more row is.
            self.servable.decoded(-1)
        self.servable.compute(*parts)

    def took(
        self, part: Part, view: View, outputs: Outputs, waited: float, seconds: float, batch: int
    ) -> None:
        """Keep the outputs of a view; the last of a row has the row put together."""
        now = time.perf_counter()
        with self._lock:
            self._waiting.discard(part)
            if self._over:
                return
            number = next(i for i, row in enumerate(self._rows) if row[0].top == view.top)
            self._outputs[number].append((view, outputs))
            self._waits.append((now - seconds - waited, now - seconds))
            self._passes.append((now - seconds, now))
            self._batch = max(self._batch, batch)
        self._arrived_at(number)

    def _arrived_at(self, row: int) -> None:
        with self._lock:
            self._missing[row] -= 1
            complete = self._missing[row] == 0 and not self._over
        if complete:
            self._submit(lambda: self._put_together(row))

    def _put_together(self, row: int) -> None:
        if self._over:
            return
        try:
            self._began = began = time.perf_counter()
            last = row + 1 == len(self._rows)
            if not last:
                self._compute(self._parts(row + 1, began))
            assert self._look is not None
            taken, self._outputs[row] = self._outputs[row], []
            for view, outputs in sorted(taken, key=lambda item: (item[0].left, item[0].variant)):
                self._look.take(view, outputs)
            del taken
            self._look.complete(self._lines[row])
            if last:
                image = self._image if isinstance(self._image, np.ndarray) else None
                seen = self._look.seen()
                self._settle(
                    self._write(Result(self.servable, self.options, seen, image, self._seconds, self._batch))
                )
                return
            self._postprocess += time.perf_counter() - began
            self._arrived_at(row + 1)
        except Exception as error:
            self._settle(error)

    def _seconds(self) -> dict[str, float]:
        now = time.perf_counter()
        inference = covered(self._passes)
        return {
            "queue": covered([*self._waits, *self._passes]) - inference,
            "preprocess": self._preprocess,
            "inference": inference,
            "postprocess": self._postprocess + now - self._began,
            "total": now - self.arrived,
        }

    def _drop(self, error: BaseException | None = None) -> None:
        self.servable.decoded(1)
        self._settle(error)

    def _settle(self, result: T | BaseException | None) -> None:
        """Leave, once, with an answer, an error, or None where nobody waits for either."""
        with self._lock:
            if self._over:
                return
            self._over = True
            waiting, self._waiting = list(self._waiting), set()
        for part in waiting:
            self.servable.retract(part)
        self._image = None
        self.servable.leave()
        if isinstance(result, BaseException) and not isinstance(result, Problem):
            logger.error("a prediction failed", exc_info=result)
            result = Problem("The model failed on this image; the server's log has the details.")
        self.future.get_loop().call_soon_threadsafe(self._resolve, result)

    def _resolve(self, result: T | BaseException | None) -> None:
        if self.future.done():
            return
        if isinstance(result, BaseException):
            self.future.set_exception(result)
        elif result is None:
            self.future.cancel()
        else:
            self.future.set_result(result)
