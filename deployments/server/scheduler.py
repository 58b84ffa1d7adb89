"""Who computes next: shares a device's cores between the models that have requests waiting.

A model has lanes, each a thread that runs forward passes and holds a number of cores while it does. A
*wide* lane has all of the model's cores and answers a lone request soonest; *narrow* lanes with few cores
each work side by side and waste none of them waiting for each other, so they get more done when requests
queue. A free lane takes what waits at that moment: nobody is held back in the hope of company. Between
models the one that has computed least goes first.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from deployments.server.pace import Pace
from deployments.server.problems import Interrupted
from training.ml.reading import Outputs

WIDE = "wide"
NARROW = "narrow"

Forward = Callable[[Sequence[NDArray[np.float32]]], Outputs]

T = TypeVar("T")
P = ParamSpec("P")


class Work(Protocol):
    """One image on its way: `tensor` is float32 [3, H, W]; `arrived` is when its request came, by
    `time.perf_counter`. Exactly one of the two methods is called, from any thread.
    """

    tensor: NDArray[np.float32]
    arrived: float

    def computed(self, outputs: Outputs, waited: float, seconds: float, batch: int) -> None: ...

    def failed(self, error: BaseException) -> None: ...


class Lane:
    """One forward pass at a time on `cores` cores, always in the same thread.

    `forward` takes n images float32 [3, H, W] of one size and gives the model's outputs, each [n, …].
    """

    def __init__(self, kind: str, cores: int, forward: Forward) -> None:
        self.kind = kind
        self.cores = cores
        self.forward = forward
        self.idle = True
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"lane-{kind}")

    def run(self, task: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> Future[T]:
        """Call `task` in the lane's thread once it is free."""
        return self._thread.submit(task, *arguments, **options)

    def close(self) -> None:
        """Let the thread end after what it was given."""
        self._thread.shutdown(wait=False)


class Turns:
    """The requests of one model that are ready to compute, and the lanes that compute them."""

    def __init__(
        self, scheduler: Scheduler, lanes: list[Lane], pace: Pace, started: Callable[[int], None]
    ) -> None:
        self.scheduler = scheduler
        self.lanes = lanes
        self.pace = pace
        self.started = started
        self.waiting: deque[tuple[float, Work]] = deque()
        self.running = 0
        self.used = 0.0
        self.paused = False

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(lane.kind for lane in self.lanes))

    def choose(self, free: int) -> tuple[Lane, int] | None:
        """The idle lane that should run now and how many requests it takes; None where it is better to
        wait.
        """
        idle = [lane for lane in self.lanes if lane.idle and lane.cores <= free]
        if not idle:
            return None
        if len(self.waiting) == 1:
            return idle[self.pace.soonest([(lane.kind, lane.cores) for lane in idle])], 1
        kind, size = self.pace.cheapest(self.kinds, len(self.waiting))
        lane = next((lane for lane in idle if lane.kind == kind), None)
        return (lane, size) if lane else None


class Scheduler:
    """Gives the cores of one device to the lanes of many models, never more than there are."""

    def __init__(self, cores: int) -> None:
        self.cores = cores
        self._free = cores
        self._models: list[Turns] = []
        self._lock = threading.Lock()

    def add(self, lanes: list[Lane], pace: Pace, started: Callable[[int], None]) -> Turns:
        """Take in a model; `started(n)` is called in a lane when n of its requests stop waiting, with -n when
        they wait again.
        """
        turns = Turns(self, lanes, pace, started)
        with self._lock:
            self._models.append(turns)
        return turns

    def remove(self, turns: Turns) -> None:
        """Forget a model and end its lanes once they have run what they were given."""
        with self._lock:
            if turns in self._models:
                self._models.remove(turns)
        for lane in turns.lanes:
            lane.close()

    def submit(self, turns: Turns, work: Work) -> None:
        """Queue `work`; it starts at once where a lane is free."""
        with self._lock:
            if not turns.waiting and not turns.running:
                self._catch_up(turns)
            turns.waiting.append((time.perf_counter(), work))
            self._dispatch()

    def pause(self, turns: Turns) -> None:
        """Begin nothing for a model until `resume`; its requests go on waiting."""
        with self._lock:
            turns.paused = True

    def resume(self, turns: Turns) -> None:
        """The model computes again, and what waits for it begins."""
        with self._lock:
            self._catch_up(turns)
            turns.paused = False
            self._dispatch()

    def take(self, turns: Turns, before: float = float("inf")) -> list[Work]:
        """Take out of the queue all whose requests arrived before a time by `time.perf_counter`."""
        with self._lock:
            taken = [entry for entry in turns.waiting if entry[1].arrived < before]
            for entry in taken:
                turns.waiting.remove(entry)
        return [work for _, work in taken]

    def withdraw(self, turns: Turns, work: Work) -> bool:
        """Take `work` back; False when it has started already or was never here."""
        with self._lock:
            for entry in turns.waiting:
                if entry[1] is work:
                    turns.waiting.remove(entry)
                    return True
        return False

    def _compute(self, lane: Lane, turns: Turns, batch: list[tuple[float, Work]]) -> None:
        turns.started(len(batch))
        began = time.perf_counter()
        outputs: Outputs | None = None
        error: Exception = RuntimeError("no result")
        try:
            outputs = lane.forward([work.tensor for _, work in batch])
        except Exception as exception:
            error = exception
        seconds = time.perf_counter() - began
        if self._finish(lane, turns, batch, seconds, None if outputs is not None else error):
            turns.started(-len(batch))
            return
        for i, (queued, work) in enumerate(batch):
            if outputs is None:
                work.failed(error)
            else:
                work.computed(tuple(output[i] for output in outputs), began - queued, seconds, len(batch))

    def _finish(
        self,
        lane: Lane,
        turns: Turns,
        batch: list[tuple[float, Work]],
        seconds: float,
        error: Exception | None,
    ) -> bool:
        """Free the lane; whether the batch waits again because it never got to the engine."""
        ended = isinstance(error, Interrupted)
        unsent = isinstance(error, Interrupted) and not error.sent
        cost = seconds * lane.cores
        with self._lock:
            lane.idle = True
            turns.running -= 1
            turns.used += cost
            self._free += lane.cores
            if error is None:
                turns.pace.learn(lane.kind, len(batch), cost / len(batch))
            turns.paused |= ended
            if unsent:
                turns.waiting.extendleft(reversed(batch))
            self._dispatch()
        return unsent

    def _catch_up(self, turns: Turns) -> None:
        """A model that was idle has saved up nothing: it starts level with the least served of the busy
        ones.
        """
        busy = [
            other.used for other in self._models if other is not turns and (other.waiting or other.running)
        ]
        if busy:
            turns.used = max(turns.used, min(busy))

    def _dispatch(self) -> None:
        while self._free:
            if not self._start_next():
                return

    def _start_next(self) -> bool:
        ready = (turns for turns in self._models if turns.waiting and not turns.paused)
        hungry = sorted(ready, key=lambda turns: turns.used)
        for turns in hungry:
            choice = turns.choose(self._free)
            if choice:
                self._start(turns, *choice)
                return True
            if any(lane.idle for lane in turns.lanes):
                # It is this model's turn and it waits for cores: letting others in front would starve a
                # wide lane.
                return False
        return False

    def _start(self, turns: Turns, lane: Lane, size: int) -> None:
        batch = [turns.waiting.popleft()]
        shape = batch[0][1].tensor.shape
        while len(batch) < size and turns.waiting and turns.waiting[0][1].tensor.shape == shape:
            batch.append(turns.waiting.popleft())
        lane.idle = False
        turns.running += 1
        self._free -= lane.cores
        lane.run(self._compute, lane, turns, batch)
