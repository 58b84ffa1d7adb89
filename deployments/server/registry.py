"""Which models there are, and which version of each answers.

All of it happens in the event loop's thread; only loading itself runs in threads, so nothing here needs a
lock.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from deployments.server.budget import Budget
from deployments.server.config import Config
from deployments.server.life import ASLEEP
from deployments.server.loading import Loader
from deployments.server.measures import Gauge, Measures, Tally, deployment_of
from deployments.server.problems import NotFound, NotReady
from deployments.server.servable import MEGABYTE, Servable
from deployments.server.specification import Branch, Specification

# Loads are heavy: two at a time, so that one that hangs does not hold up every other.
LOADS = 2

logger = logging.getLogger(__name__)


@dataclass
class Slot:
    """One deployment: what it should be, and what answers until then."""

    wanted: Specification
    tally: Tally
    status: str = "loading"
    error: str | None = None
    serving: Servable | None = None


@dataclass(frozen=True)
class Route:
    """Who answers a request, and who computes a copy of it that nobody waits for."""

    servable: Servable
    shadow: Servable | None = None


class Registry:
    """Loads, swaps and drops models."""

    def __init__(self, config: Config, measures: Measures) -> None:
        self._config = config
        self._measures = measures
        self._slots: dict[str, Slot] = {}
        self._loader = Loader(config)
        self._loads = ThreadPoolExecutor(LOADS, thread_name_prefix="load")
        self._drains = ThreadPoolExecutor(thread_name_prefix="drain")
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._held: set[Servable] = set()
        measures.watch(self._gauges)

    @property
    def budget(self) -> Budget:
        """The memory that all engines share."""
        return self._loader.budget

    def put(self, model: str, specification: Specification) -> dict[str, Any]:
        """Have `model` be what `specification` says; the version that answers now goes on until the new one
        is warm.

        Asking for what is there already does nothing, so that it can be asked again and again; a load that
        failed is tried again only after a change, or after the model was deleted.
        """
        slot = self._slots.get(model)
        if slot is None:
            slot = self._slots[model] = Slot(
                specification, Tally(model, self._measures, specification.version)
            )
        elif slot.wanted == specification:
            self._describe(slot, specification)
            return self._state(model, slot)
        else:
            slot.wanted, slot.status, slot.error = specification, "loading", None
            slot.tally = slot.tally.of(specification.version)
        loop = asyncio.get_running_loop()
        self._watching = self._watching or loop.create_task(self._watch())
        task = loop.create_task(self._load(model, slot, specification))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return self._state(model, slot)

    def delete(self, model: str) -> None:
        """Drop a model: what it has accepted is still answered. Raises NotFound."""
        slot = self._slots.pop(model, None)
        if slot is None:
            raise NotFound(f"There is no model {model!r} here.")
        self._retire(slot.serving)
        deployment = deployment_of(model)
        if not any(deployment_of(other) == deployment for other in self._slots):
            self._measures.forget(deployment)

    def route(self, model: str) -> Route:
        """Who answers a request for `model` this time: mostly the model itself, its canary's share of the
        time the canary. Whoever is not ready is passed over. Raises NotFound, or NotReady.
        """
        slot = self._slots.get(model)
        routes = slot.wanted.routes if slot else None
        canary = self._taken(routes.canary) if routes else None
        servable = canary or self.ready(model)
        shadow = self._taken(routes.shadow) if routes else None
        return Route(servable, None if shadow is servable else shadow)

    def _taken(self, branch: Branch | None) -> Servable | None:
        """What serves a branch when this request is one of its share."""
        if branch is None or random.random() * 100 >= branch.percent:
            return None
        slot = self._slots.get(branch.model)
        return slot.serving if slot else None

    def ready(self, model: str) -> Servable:
        """What answers for `model`. Raises NotFound, or NotReady while nothing does."""
        slot = self._slots.get(model)
        if slot is None:
            raise NotFound(f"There is no model {model!r} here.")
        if slot.serving is None:
            raise NotReady(
                f"The model failed to load: {slot.error}"
                if slot.error
                else "The model is still being loaded."
            )
        return slot.serving

    def state(self, model: str) -> dict[str, Any]:
        """The state of one model. Raises NotFound."""
        if model not in self._slots:
            raise NotFound(f"There is no model {model!r} here.")
        return self._state(model, self._slots[model])

    def states(self) -> list[dict[str, Any]]:
        """The state of every model, in the order they came."""
        return [self._state(model, slot) for model, slot in self._slots.items()]

    def close(self) -> None:
        """Begin nothing any more, and end every engine."""
        self._slots.clear()
        if self._watching:
            self._watching.cancel()
        self._loader.close()
        for servable in list(self._held):
            servable.life.close()
        self._loads.shutdown(wait=False, cancel_futures=True)
        self._drains.shutdown(wait=False, cancel_futures=True)

    async def _load(self, model: str, slot: Slot, specification: Specification) -> None:
        loop = asyncio.get_running_loop()
        servable, error = None, None
        journal, version = slot.tally.journal, specification.version
        journal.event("info", f"version {version} is being loaded by {specification.runtime}")
        try:
            servable = await loop.run_in_executor(self._loads, self._loader.load, specification, slot.tally)
        except Exception as exception:
            logger.debug("loading %s failed", model, exc_info=exception)
            error = str(exception) or type(exception).__name__
            journal.event("error", f"version {version} cannot be loaded: {error}")
        else:
            self._held.add(servable)
            self._loader.budget.add(servable)
            fell = partial(self._fell, slot, servable)
            servable.on_failed = partial(loop.call_soon_threadsafe, fell)
        if self._slots.get(model) is not slot or slot.wanted != specification:
            self._retire(servable)
            return
        if servable is None:
            slot.status, slot.error = "failed", error
            return
        retired, slot.serving, slot.status = slot.serving, servable, "ready"
        self._describe(slot, slot.wanted)
        self._retire(retired)
        journal.event("info", f"version {version} is ready after {servable.life.loaded_seconds:.1f} s")

    def _fell(self, slot: Slot, servable: Servable, reason: str) -> None:
        """A model's engine could not be kept alive."""
        self._retire(servable)
        if slot.serving is not servable:
            return
        slot.serving = None
        if slot.status == "ready":
            slot.status, slot.error = "failed", reason
        slot.tally.journal.event("error", reason)

    def _retire(self, servable: Servable | None) -> None:
        if servable is not None:
            servable.retired = True
            self._drains.submit(self._drain, servable)

    def _drain(self, servable: Servable) -> None:
        servable.drain(self._config.drain_timeout)
        self._loader.budget.remove(servable)
        self._held.discard(servable)

    async def _watch(self) -> None:
        """Look after every engine now and then, in a thread: asking for its memory takes a moment."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._config.watch_seconds)
            await loop.run_in_executor(None, self._look)

    def _look(self) -> None:
        self._loader.look()
        for servable in list(self._held):
            servable.look()
        self._loader.budget.make_room()

    def _describe(self, slot: Slot, specification: Specification) -> None:
        """Names may change without a new version: answers follow at once."""
        slot.wanted = specification
        if slot.serving is not None and slot.serving.specification == specification:
            slot.serving.specification = specification

    def _state(self, model: str, slot: Slot) -> dict[str, Any]:
        serving = slot.serving
        return {
            "id": model,
            "version": slot.wanted.version,
            "status": slot.status,
            "error": slot.error,
            "serving": serving.specification.version if serving else None,
            "runtime": slot.wanted.runtime,
            "device": slot.wanted.device,
            "queue": serving.pending if serving else 0,
            "milliseconds_per_image": round(serving.seconds_per_image() * 1000, 1) if serving else None,
            **_engine_state(serving),
            **slot.tally.summary(),
        }

    def _gauges(self) -> Iterator[Gauge]:
        for model, slot in list(self._slots.items()):
            serving = slot.serving
            if serving is None:
                yield Gauge(model, slot.wanted.version, 0, False, False, 0)
                continue
            life, version = serving.life, serving.specification.version
            asleep = life.state == ASLEEP
            yield Gauge(model, version, serving.pending, True, asleep, 0 if asleep else serving.memory)


def _engine_state(serving: Servable | None) -> dict[str, Any]:
    """What is to be said of the engine behind a model."""
    if serving is None:
        names = ("engine", "last_end", "pid", "memory_mb", "loaded_seconds", "woken_seconds")
        return {"asleep": False, "restarts": 0, **dict.fromkeys(names)}
    life = serving.life
    asleep = life.state == ASLEEP
    return {
        "engine": life.state,
        "asleep": asleep,
        "restarts": life.restarts,
        "last_end": life.last_end,
        "pid": life.pid,
        "memory_mb": 0 if asleep else round(serving.memory / MEGABYTE),
        "loaded_seconds": _rounded(life.loaded_seconds),
        "woken_seconds": _rounded(life.woken_seconds),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
