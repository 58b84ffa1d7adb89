"""The one path of a prediction, whatever protocol it came by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from deployments.server import options
from deployments.server.config import Config
from deployments.server.job import Job
from deployments.server.measures import Tally
from deployments.server.problems import Problem
from deployments.server.registry import Registry
from deployments.server.servable import Servable


class DataPlane:
    """Answers images with predictions; decoding and postprocessing run beside the lanes, in as many threads
    as cores.
    """

    def __init__(self, config: Config, registry: Registry) -> None:
        self.config = config
        self.registry = registry
        self._pool = ThreadPoolExecutor(max(2, config.cores), thread_name_prefix="image")

    def admit(self, model: str) -> Servable:
        """The model that will answer; raises NotFound, NotReady, or Overloaded before a body is read."""
        servable = self.registry.ready(model)
        tally = servable.tally
        tally.asked()
        try:
            servable.check_room(self.config.queue_limit, self.config.max_wait)
        except Problem as problem:
            tally.failed(problem.status)
            raise
        return servable

    async def predict(self, servable: Servable, data: bytes, query: Mapping[str, Sequence[str]]) -> bytes:
        """The prediction for an image file's bytes, as JSON. Cancelling the call gives the work up."""
        arrived = time.perf_counter()
        try:
            servable.check_room(self.config.queue_limit, self.config.max_wait)
            wanted = options.parse(query, servable.predictor.labels)
            content = await self._run(servable, data, wanted, arrived)
        except Exception as error:
            _count(servable.tally, error)
            raise
        servable.tally.answered(time.perf_counter() - arrived)
        return content

    async def _run(self, servable: Servable, data: bytes, wanted: options.Options, arrived: float) -> bytes:
        job = Job(servable, data, wanted, self.config.max_pixels, self._pool.submit, arrived)
        servable.enter(job)
        try:
            return await job.future
        except asyncio.CancelledError:
            job.cancel()
            raise

    def close(self) -> None:
        """End the worker threads once they have done what they were given."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _count(tally: Tally, error: Exception) -> None:
    tally.failed(error.status if isinstance(error, Problem) else 500)
