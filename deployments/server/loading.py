"""A specification to a model that answers at once: loaded, warmed up, and measured."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deployments.server.answer import answer
from deployments.server.budget import Budget
from deployments.server.channel import Gone
from deployments.server.child import EngineEnded
from deployments.server.config import Config
from deployments.server.engines import Engine, Group, Order
from deployments.server.life import MOST_ENDS
from deployments.server.measures import Tally
from deployments.server.options import OUTPUTS, Options
from deployments.server.pace import Pace
from deployments.server.scheduler import NARROW, WIDE, Lane, Scheduler
from deployments.server.servable import MEGABYTE, Servable, too_much
from deployments.server.specification import Specification
from training.ml.predictor import Steps
from training.ml.reading import Outputs

# Where nobody says how many replicas there should be, more lanes than this gain little.
MOST_LANES = 8
# On an accelerator two passes overlap one's copying with the other's computing.
ACCELERATOR_PASSES = 2
# Measuring goes on while it is cheap: a model that takes seconds an image should not take a minute to
# become ready.
MEASURING_SECONDS = 3.0
# A few passes say little of narrow lanes: where others use the cores too, those do not wait for one another
# and win by far, which wide ones never do here. So they stay unless they are clearly worse.
HOPELESS = 1.25
ROUNDS = 3
# What an engine holds before it holds a model: the interpreter and a runtime.
BARE_ENGINE = 150 << 20


class Loader:
    """Makes servables; may be called from several threads, and measures one model at a time."""

    def __init__(self, config: Config) -> None:
        self.budget = Budget(config.memory)
        self._config = config
        self._schedulers = {"cpu": Scheduler(config.cores)}
        self._measuring = threading.Lock()
        self._loading: dict[Engine, tuple[Specification, float]] = {}
        self._closed = threading.Event()

    def load(self, specification: Specification, tally: Tally) -> Servable:
        """Load, warm up and measure. Raises whatever the bundle, the export or the runtime has to say.

        An engine that ends while it loads is replaced, as later on; not one that takes too much memory,
        for the next would as well.
        """
        steps = Steps(specification.bundle)
        for ends in range(1, MOST_ENDS + 1):
            try:
                return self._load(specification, steps, tally)
            except EngineEnded as error:
                tally.journal.event("error", str(error))
                if ends == MOST_ENDS or error.wished:
                    raise
                if self._closed.wait(self._config.pause * 2 ** (ends - 1)):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def look(self) -> None:
        """End engines that take more memory or time than they may before they are ready."""
        most = self._config.load_timeout
        for engine, (specification, began) in list(self._loading.items()):
            if time.monotonic() - began > most:
                engine.end(f"it was not ready within {most:.0f} seconds")
            limit = specification.memory_mb
            if limit and engine.memory() > limit * MEGABYTE:
                engine.end(too_much(limit))

    def close(self) -> None:
        """End what is being loaded, and load nothing more."""
        self._closed.set()
        for engine in list(self._loading):
            engine.end("the server ends")

    def _load(self, specification: Specification, steps: Steps, tally: Tally) -> Servable:
        order, cores = self._order(specification)
        self.budget.make_room(_estimate(specification))
        began = time.perf_counter()
        tensor = steps.preprocess(_picture(steps.size))
        lanes: list[Lane] = []
        with self._engine(specification, order, tally) as engine:
            lanes = [
                Lane(group.kind, used, port.forward)
                for group, used, ports in zip(order.groups, cores, engine.ports, strict=True)
                for port in ports
            ]
            try:
                _warm(lanes, tensor)
                seconds = time.perf_counter() - began
                most = specification.max_batch or self._config.max_batch
                with self._measuring:
                    lanes, pace = _measured(lanes, tensor, most, keep=specification.replicas > 1)
                kinds = {lane.kind for lane in lanes}
                kept = tuple(group for group in order.groups if group.kind in kinds)
                engine.keep(len(kept))
                outputs = lanes[0].run(lanes[0].forward, [tensor]).result()
                start = partial(self._again, specification, replace(order, groups=kept), lanes, tensor, tally)
                servable = Servable(
                    specification,
                    steps,
                    self._scheduler(specification),
                    lanes,
                    pace,
                    tally,
                    engine,
                    start,
                    self._config,
                )
            except BaseException:
                for lane in lanes:
                    lane.close()
                raise
        servable.life.loaded_seconds = seconds
        _warm_answers(servable, tuple(output[0] for output in outputs))
        return servable

    def _again(
        self,
        specification: Specification,
        order: Order,
        lanes: list[Lane],
        tensor: NDArray[np.float32],
        tally: Tally,
        memory: int,
        loading: Callable[[Engine], None],
    ) -> Engine:
        """Another engine for lanes that are there, warm; its pace is known, and so is its `memory`."""
        self.budget.make_room(memory)
        with self._engine(specification, order, tally, loading) as engine:
            ports = [port for group in engine.ports for port in group]
            passes = [lane.run(port.forward, [tensor]) for lane, port in zip(lanes, ports, strict=True)]
            for future in passes:
                future.result()
        return engine

    @contextmanager
    def _engine(
        self,
        specification: Specification,
        order: Order,
        tally: Tally,
        loading: Callable[[Engine], None] = lambda engine: None,
    ) -> Iterator[Engine]:
        """An engine that has loaded, and that ends where the body fails."""
        engine = Engine(order, tally.journal)
        self._loading[engine] = (specification, time.monotonic())
        try:
            loading(engine)
            if self._closed.is_set():
                engine.end("the server ends")
            engine.wait(self._config.load_timeout)
            yield engine
        except Gone as gone:
            raise engine.obituary() from gone
        except BaseException:
            engine.end()
            raise
        finally:
            del self._loading[engine]

    def _scheduler(self, specification: Specification) -> Scheduler:
        """The device's scheduler: `cuda` and `cuda:0` are the same."""
        device = specification.device.removesuffix(":0")
        return self._schedulers.setdefault(device, Scheduler(ACCELERATOR_PASSES))

    def _order(self, specification: Specification) -> tuple[Order, list[int]]:
        """A wide lane, then narrow ones: as many as `replicas`, or as are worth trying where it is 1; and the
        cores of each group's lanes.
        """
        groups, cores = self._groups(specification)
        order = Order(
            specification.bundle,
            specification.runtime,
            specification.device,
            specification.quantization,
            groups,
        )
        return order, cores

    def _groups(self, specification: Specification) -> tuple[tuple[Group, ...], list[int]]:
        if specification.device != "cpu":
            passes = min(max(specification.replicas, 1), ACCELERATOR_PASSES)
            return (Group(WIDE, None, passes),), [1]
        cores = min(specification.threads or self._config.cores, self._config.cores)
        copies = min(specification.replicas if specification.replicas > 1 else MOST_LANES, cores)
        if copies == 1:
            return (Group(WIDE, cores, 1),), [cores]
        threads = cores // copies
        return (Group(WIDE, cores, 1), Group(NARROW, threads, copies)), [cores, threads]


def _estimate(specification: Specification) -> int:
    """Bytes that an engine will about need, before there was one."""
    weights = Path(specification.bundle) / "model.safetensors"
    return BARE_ENGINE + 2 * (weights.stat().st_size if weights.exists() else 0)


def _picture(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Noise to warm up with: zeros would be quicker to compute than an image."""
    return np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)


def _warm(lanes: list[Lane], tensor: NDArray[np.float32]) -> None:
    """Compute once in every lane, side by side: first passes are slow."""
    for future in [lane.run(lane.forward, [tensor]) for lane in lanes]:
        future.result()


def _measured(
    lanes: list[Lane], tensor: NDArray[np.float32], most: int, keep: bool
) -> tuple[list[Lane], Pace]:
    """Run every lane, learn what an image costs in each kind and batch size, and drop narrow lanes that
    lose much.

    With `keep` narrow lanes stay whatever they gain: they were asked for.
    """
    pace = Pace()
    deadline = time.perf_counter() + MEASURING_SECONDS
    for kind in dict.fromkeys(lane.kind for lane in lanes):
        group = [lane for lane in lanes if lane.kind == kind]
        _cost(group, tensor, 1)
        pace.learn(kind, 1, _least_cost(group, tensor, 1, deadline))
    narrow, wide = pace.cost(NARROW), pace.cost(WIDE)
    if narrow is not None and wide is not None and not keep and narrow >= wide * HOPELESS:
        pace.forget(NARROW)
        for lane in lanes:
            if lane.kind == NARROW:
                lane.close()
        lanes = [lane for lane in lanes if lane.kind == WIDE]
    kind, size = pace.cheapest(tuple(dict.fromkeys(lane.kind for lane in lanes)), 1)
    group = [lane for lane in lanes if lane.kind == kind]
    while size * 2 <= most and time.perf_counter() < deadline:
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
    began = time.perf_counter()
    for future in [lane.run(lane.forward, [tensor] * size) for lane in group]:
        future.result()
    seconds = time.perf_counter() - began
    return seconds * group[0].cores / size


def _warm_answers(servable: Servable, outputs: Outputs) -> None:
    """Run what follows the forward pass once, for first calls are slow."""
    height, width = servable.predictor.size
    answer(servable, Options(OUTPUTS), outputs, height, width)
