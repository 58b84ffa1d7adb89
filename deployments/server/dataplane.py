"""The one path of a prediction, whatever protocol it came by."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.server import options
from deployments.server.answer import PNG, Reply, content, picture
from deployments.server.config import Config
from deployments.server.job import Job, Result
from deployments.server.looking import Seen
from deployments.server.options import PICTURES, Options
from deployments.server.problems import NotAcceptable, Problem
from deployments.server.registry import Registry, Route
from deployments.server.servable import Servable
from deployments.server.shadowing import Shadows

Pixels = NDArray[np.uint8]
T = TypeVar("T")


class DataPlane:
    """Answers images with predictions; decoding and postprocessing run beside the lanes, in as many threads
    as cores.
    """

    def __init__(self, config: Config, registry: Registry) -> None:
        self.config = config
        self.registry = registry
        self._pool = ThreadPoolExecutor(max(2, config.cores), thread_name_prefix="image")
        self._shadows = Shadows(self.run)

    def admit(self, model: str, version: int | None = None) -> Route:
        """The model that will answer, of this `version` where one is named; raises NotFound, NotReady, or
        Overloaded before a body is read.
        """
        route = self._route(model, version)
        tally = route.servable.tally
        tally.asked()
        try:
            route.servable.check_room(self.config.queue_limit, self.config.max_wait)
        except Problem as problem:
            tally.failed(problem.status, problem.detail)
            raise
        return route

    def current(self, route: Route, model: str, version: int | None = None) -> Route:
        """The route, or a new one where its model was replaced or dropped while a body came. Raises NotFound,
        or NotReady.
        """
        return self._route(model, version) if route.servable.retired else route

    def has_room(self, servable: Servable) -> bool:
        """Whether a model takes one more image now."""
        return servable.has_room(self.config.queue_limit, self.config.max_wait)

    def _route(self, model: str, version: int | None) -> Route:
        route = self.registry.route(model)
        if version is not None and route.servable.specification.version != version:
            return Route(self.registry.ready(model), route.shadow)
        return route

    async def predict(
        self, route: Route, data: bytes, query: Mapping[str, Sequence[str]], accept: str = ""
    ) -> Reply:
        """The prediction for an image file's bytes: JSON, or the picture that was asked for. Cancelling the
        call gives the work up.
        """

        def wanted() -> tuple[Options, Callable[[Result], Reply]]:
            asked = options.parse(query, route.servable.predictor.labels)
            shown = picture_of(asked, accept)
            return asked, document if shown is None else lambda result: drawn(result, shown)

        return await self.answer(route, data, wanted)

    async def answer(
        self,
        route: Route,
        image: bytes | Pixels,
        wanted: Callable[[], tuple[Options, Callable[[Result], T]]],
    ) -> T:
        """What the function that `wanted` gives writes of an image, an encoded file or RGB uint8 `[h, w, 3]`;
        counted, and shown to the shadow.
        """
        arrived = time.perf_counter()
        servable = route.servable
        try:
            servable.check_room(self.config.queue_limit, self.config.max_wait)
            asked, write = wanted()
            written, seen, batch = await self.run(servable, image, asked, noted(write), arrived)
        except Exception as error:
            _count(servable, error)
            raise
        servable.tally.answered(time.perf_counter() - arrived, servable.specification.version, batch)
        if route.shadow:
            self._shadows.show(route.shadow, image, asked, seen, servable.predictor.labels)
        return written

    async def run(
        self,
        servable: Servable,
        image: bytes | Pixels,
        asked: Options,
        write: Callable[[Result], T],
        arrived: float,
    ) -> T:
        """Have a model look at an image; the tally hears nothing of it."""
        job = Job(servable, image, asked, write, self.config.max_pixels, self._pool.submit, arrived)
        servable.enter(job)
        try:
            return await job.future
        except asyncio.CancelledError:
            job.cancel()
            raise

    async def aside(self, work: Callable[[], T]) -> T:
        """Do `work` in a worker thread: what takes long must not hold up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """End the worker threads once they have done what they were given."""
        self._shadows.close()
        self._pool.shutdown(wait=False, cancel_futures=True)


def picture_of(asked: Options, accept: str) -> str | None:
    """The output that a client wants as a picture and nothing else; None where it takes JSON. Raises
    NotAcceptable where it takes pictures only and did not ask for one.
    """
    types = [entry.partition(";")[0].strip().lower() for entry in accept.split(",")]
    if PNG not in types:
        return None
    if len(asked.outputs) == 1 and asked.outputs[0] in PICTURES:
        return asked.outputs[0]
    if {"application/json", "application/*", "*/*"}.intersection(types):
        return None
    raise NotAcceptable(f"A picture shows one output: ask for output={' or output='.join(PICTURES)}.")


def document(result: Result) -> Reply:
    """A prediction as JSON."""
    values = content(result.servable, result.options, result.seen, result.image)
    return Reply(values.with_timing(str(uuid.uuid4()), result.seconds()))


def drawn(result: Result, output: str) -> Reply:
    """One of the pictures."""
    return Reply(picture(result.servable, output, result.seen, result.image), PNG)


def noted(write: Callable[[Result], T]) -> Callable[[Result], tuple[T, Seen, int]]:
    """`write`, after the tally was told what there is in the image; gives what was seen as well."""

    def writing(result: Result) -> tuple[T, Seen, int]:
        written = write(result)
        result.servable.tally.saw(shares_of(result.seen.index), scores_of(result.seen))
        return written, result.seen, result.batch

    return writing


def shares_of(index: Pixels) -> dict[int, float]:
    """The share of pixels of each value in an index mask uint8 `[h, w]`."""
    counts = cv2.calcHist([index], [0], None, [256], [0, 256]).ravel()
    return {int(value): float(counts[value]) / index.size for value in np.flatnonzero(counts)}


def scores_of(seen: Seen) -> list[float]:
    return [prediction["score"] for prediction in seen.predictions]


def _count(servable: Servable, error: Exception) -> None:
    if isinstance(error, Problem):
        servable.tally.failed(error.status, error.detail)
    else:
        servable.tally.failed(500)
