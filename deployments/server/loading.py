"""A specification to a model that answers at once: loaded, warmed up, and measured."""

from __future__ import annotations

import threading
import time

import numpy as np
from numpy.typing import NDArray

from deployments.server.answer import answer
from deployments.server.config import Config
from deployments.server.measures import Tally
from deployments.server.options import OUTPUTS, Options
from deployments.server.pace import WORTHWHILE, Pace
from deployments.server.scheduler import NARROW, WIDE, Lane, Scheduler
from deployments.server.servable import Servable
from deployments.server.specification import Specification
from training.ml.predictor import Predictor
from training.ml.reading import Outputs

# Where nobody says how many replicas there should be, more lanes than this gain little.
MOST_LANES = 8
# On an accelerator two passes overlap one's copying with the other's computing.
ACCELERATOR_PASSES = 2
# Measuring goes on while it is cheap: a model that takes seconds an image should not take a minute to
# become ready.
MEASURING_SECONDS = 3.0
ROUNDS = 3


class Loader:
    """Makes servables; may be called from several threads, and measures one model at a time."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._schedulers = {"cpu": Scheduler(config.cores)}
        self._measuring = threading.Lock()

    def load(self, specification: Specification, tally: Tally) -> Servable:
        """Load, warm up and measure. Raises whatever the bundle, the export or the runtime has to say."""
        lanes, predictor = self._open(specification)
        try:
            tensor = predictor.preprocess(_picture(predictor.size))
            with self._measuring:
                lanes, pace = _measured(lanes, tensor, self._config, keep=specification.replicas > 1)
            servable = Servable(specification, predictor, self._scheduler(specification), lanes, pace, tally)
            outputs = lanes[0].run(lanes[0].forward, tensor[None]).result()
            _warm_answers(servable, tuple(output[0] for output in outputs))
        except BaseException:
            for lane in lanes:
                lane.close()
            raise
        return servable

    def _scheduler(self, specification: Specification) -> Scheduler:
        """The device's scheduler: `cuda` and `cuda:0` are the same."""
        device = specification.device.removesuffix(":0")
        return self._schedulers.setdefault(device, Scheduler(ACCELERATOR_PASSES))

    def _open(self, specification: Specification) -> tuple[list[Lane], Predictor]:
        """A wide lane, then narrow ones: as many as `replicas`, or as are worth trying where it is 1."""
        if specification.device != "cpu":
            passes = min(max(specification.replicas, 1), ACCELERATOR_PASSES)
            predictor = _predictor(specification, None, passes)
            return [Lane(WIDE, 1, predictor.forward) for _ in range(passes)], predictor
        cores = min(specification.threads or self._config.cores, self._config.cores)
        wide = _predictor(specification, cores, 1)
        lanes = [Lane(WIDE, cores, wide.forward)]
        copies = min(specification.replicas if specification.replicas > 1 else MOST_LANES, cores)
        if copies > 1:
            threads = cores // copies
            narrow = _predictor(specification, threads, copies)
            lanes += [Lane(NARROW, threads, narrow.forward) for _ in range(copies)]
        return lanes, wide


def _predictor(specification: Specification, threads: int | None, streams: int) -> Predictor:
    return Predictor(
        specification.bundle,
        runtime=specification.runtime,
        device=specification.device,
        threads=threads,
        quantization=specification.quantization,
        streams=streams,
    )


def _picture(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Noise to warm up with: zeros would be quicker to compute than an image."""
    return np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)


def _measured(
    lanes: list[Lane], tensor: NDArray[np.float32], config: Config, keep: bool
) -> tuple[list[Lane], Pace]:
    """Run every lane, learn what an image costs in each kind and batch size, and drop narrow lanes that
    gain nothing.

    With `keep` narrow lanes stay whatever they gain: they were asked for.
    """
    pace = Pace()
    deadline = time.perf_counter() + MEASURING_SECONDS
    for kind in dict.fromkeys(lane.kind for lane in lanes):
        group = [lane for lane in lanes if lane.kind == kind]
        _cost(group, tensor, 1)
        pace.learn(kind, 1, _least_cost(group, tensor, 1, deadline))
    narrow, wide = pace.cost(NARROW), pace.cost(WIDE)
    if narrow is not None and wide is not None and not keep and narrow >= wide * WORTHWHILE:
        pace.forget(NARROW)
        for lane in lanes:
            if lane.kind == NARROW:
                lane.close()
        lanes = [lane for lane in lanes if lane.kind == WIDE]
    kind, size = pace.cheapest(tuple(dict.fromkeys(lane.kind for lane in lanes)), 1)
    group = [lane for lane in lanes if lane.kind == kind]
    while size * 2 <= config.max_batch and time.perf_counter() < deadline:
        _cost(group, tensor, size * 2)
        pace.learn(kind, size * 2, _least_cost(group, tensor, size * 2, deadline))
        if pace.cheapest((kind,), size * 2)[1] <= size:
            break
        size *= 2
    return lanes, pace


def _least_cost(group: list[Lane], tensor: NDArray[np.float32], size: int, deadline: float) -> float:
    """The least core-seconds an image took in a few rounds: what disturbs a measurement only ever adds."""
    least = _cost(group, tensor, size)
    for _ in range(ROUNDS - 1):
        if time.perf_counter() > deadline:
            break
        least = min(least, _cost(group, tensor, size))
    return least


def _cost(group: list[Lane], tensor: NDArray[np.float32], size: int) -> float:
    """Core-seconds an image takes when every lane of `group` computes a batch of `size` at the same time."""
    batch = np.repeat(tensor[None], size, axis=0)
    began = time.perf_counter()
    for future in [lane.run(lane.forward, batch) for lane in group]:
        future.result()
    seconds = time.perf_counter() - began
    return seconds * group[0].cores / size


def _warm_answers(servable: Servable, outputs: Outputs) -> None:
    """Run what follows the forward pass once, for first calls are slow."""
    height, width = servable.predictor.size
    answer(servable, Options(OUTPUTS), outputs, height, width)
