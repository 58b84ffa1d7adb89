"""A model that answers: its requests from the door to the lanes, within bounds."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from deployments.server.config import Config
from deployments.server.engines import Engine
from deployments.server.life import AWAKE, OVER, Life
from deployments.server.measures import Tally
from deployments.server.pace import Pace
from deployments.server.problems import Overloaded, Unavailable
from deployments.server.scheduler import Lane, Scheduler, Work
from deployments.server.specification import Specification
from training.ml.predictor import Steps

# Below this many requests the wait is short whatever the model costs: a deployment of a slow model still
# takes them.
ALWAYS_WELCOME = 4
MEGABYTE = 1 << 20
# So many times what an image usually takes is no pass that is merely slow.
UNUSUAL = 100


class Request(Protocol):
    """What waits here: `begin` is called when it is its turn, and has it decoded in a worker thread; `failed`
    when it will never be. `arrived` is when it came, by `time.perf_counter`.
    """

    arrived: float

    def begin(self) -> None: ...

    def failed(self, error: BaseException) -> None: ...


def too_much(limit: int) -> str:
    """Why an engine was ended that took more than `limit` megabytes."""
    return f"it took more than the {limit} MB of memory that it may have"


class Servable:
    """One loaded version of a model.

    Requests wait as the bytes they came in; only as many as the lanes can soon take are decoded ahead, so
    that a full queue costs megabytes and not gigabytes. `predictor` prepares images and reads outputs; the
    network itself runs in the engine of `life`, which may sleep or be on its way back: requests wait for it.
    """

    def __init__(
        self,
        specification: Specification,
        predictor: Steps,
        scheduler: Scheduler,
        lanes: list[Lane],
        pace: Pace,
        tally: Tally,
        engine: Engine,
        start: Callable[[int, Callable[[Engine], None]], Engine],
        config: Config,
    ) -> None:
        self.specification = specification
        self.predictor = predictor
        self.tally = tally
        self.pace = pace
        self.pending = 0
        self.memory = engine.memory()
        self.last_used = time.monotonic()
        # Replaced or dropped: what comes now belongs to another.
        self.retired = False
        self.on_failed: Callable[[str], object] = lambda reason: None
        self._scheduler = scheduler
        self._turns = scheduler.add(lanes, pace, self._started)
        self._ahead_limit = 2 + 2 * sum(pace.cheapest((lane.kind,), 1 << 10)[1] for lane in lanes)
        self._ahead = 0
        self._unread: deque[Request] = deque()
        self._lock = threading.Lock()
        self._woken = 0.0
        self._patience = config.stuck_seconds
        self.life = Life(
            engine, lanes, lambda loading: start(self.memory, loading), self, tally.journal, config.pause
        )

    def check_room(self, limit: int, max_wait: float) -> None:
        """Raise Overloaded when `limit` requests are here already, or the last of them has to wait for too
        long; the model's own limits go before.
        """
        if not self.has_room(limit, max_wait):
            seconds = self.pending * self.seconds_per_image()
            raise Overloaded(
                f"{self.pending} requests are waiting for this deployment; try again later.", seconds
            )

    def has_room(self, limit: int, max_wait: float) -> bool:
        """Whether one more request is taken."""
        if self.pending >= (self.specification.queue_limit or limit):
            return False
        seconds = self.pending * self.seconds_per_image()
        deadline = self.specification.deadline_ms
        in_time = deadline is None or seconds <= deadline / 1000
        return in_time and (self.pending < ALWAYS_WELCOME or seconds <= max_wait)

    def seconds_per_image(self) -> float:
        """Seconds between two answers when many wait, as measured."""
        kind, size = self.pace.cheapest(self._turns.kinds, 1 << 10)
        return (self.pace.cost(kind, size) or 0.0) / self._scheduler.cores

    def enter(self, request: Request) -> None:
        """Take a request in: it is decoded and computed when its turn comes; a model that sleeps wakes."""
        with self._lock:
            self.pending += 1
            pending = self.pending
            self.last_used = time.monotonic()
            begins = self._ahead < self._ahead_limit
            if begins:
                self._ahead += 1
            else:
                self._unread.append(request)
        self.tally.queued(pending)
        self.life.wake()
        if begins:
            request.begin()

    def compute(self, *works: Work) -> None:
        """Queue a decoded request for the lanes: all the images that it is made of."""
        with self._lock:
            self._ahead += len(works) - 1
        for work in works:
            self._scheduler.submit(self._turns, work)
        if self.life.state == OVER:
            self._give_up()

    def withdraw(self, request: Request) -> bool:
        """Take back a request that was not begun; False when it was."""
        with self._lock:
            if request not in self._unread:
                return False
            self._unread.remove(request)
            return True

    def retract(self, work: Work) -> bool:
        """Take back what waits for a lane; False when it is being computed, or was."""
        if not self._scheduler.withdraw(self._turns, work):
            return False
        self.decoded(1)
        return True

    def decoded(self, count: int) -> None:
        """`count` requests left the stretch between decoding and computing: as many may follow."""
        with self._lock:
            self._ahead -= count
            room = max(0, self._ahead_limit - self._ahead)
            following = [self._unread.popleft() for _ in range(min(room, len(self._unread)))]
            self._ahead += len(following)
        for request in following:
            request.begin()

    def leave(self) -> None:
        """A request was answered, refused or given up."""
        with self._lock:
            self.pending -= 1
            self.last_used = time.monotonic()

    def look(self) -> None:
        """See to what time brings: requests that waited too long, memory, endless passes, a long quiet."""
        wanted = self.specification
        self.expire()
        if memory := self.life.memory():
            self.memory = memory
        if wanted.memory_mb and memory > wanted.memory_mb * MEGABYTE:
            self.life.kill(too_much(wanted.memory_mb))
        patience = max(self._patience, UNUSUAL * self.seconds_per_image())
        if self.life.longest() > patience:
            self.life.kill(f"a forward pass did not end within {patience:.0f} s")
        quiet = time.monotonic() - self.last_used
        if wanted.idle_seconds and quiet > wanted.idle_seconds:
            self.sleep(f"no request for {quiet:.0f} s")

    @property
    def awake(self) -> bool:
        """Whether it has an engine that answers."""
        return self.life.state == AWAKE

    def sleep(self, why: str) -> bool:
        """End the engine unless a request is here; whether it did. The next request wakes it."""
        return self.life.sleep(lambda: self.pending > 0, why)

    def expire(self) -> None:
        """Refuse what has waited for longer than the deadline; waking does not count."""
        deadline = self.specification.deadline_ms
        before = time.perf_counter() - (deadline or 0) / 1000
        if deadline is None or self._woken > before:
            return
        problem = Unavailable(
            f"It waited for more than {deadline} ms.", max(self.pending * self.seconds_per_image(), 1)
        )
        with self._lock:
            unread = [request for request in self._unread if request.arrived < before]
            for request in unread:
                self._unread.remove(request)
        works = self._scheduler.take(self._turns, before)
        late: list[Request | Work] = [*unread, *works]
        for one in late:
            one.failed(problem)
        self.decoded(len(works))

    def drain(self, timeout: float) -> None:
        """Wait until nothing is pending, `timeout` seconds at most, then end the lanes and the engine."""
        deadline = time.monotonic() + timeout
        while self.pending and time.monotonic() < deadline:
            time.sleep(0.02)
        self.life.close()
        self._scheduler.remove(self._turns)
        self._give_up()

    def paused(self) -> None:
        """The engine is away: nothing begins to compute."""
        self._scheduler.pause(self._turns)

    def resumed(self, woken: bool) -> None:
        """An engine is there: what waits begins."""
        self.memory = self.life.memory()
        if woken:
            self._woken = time.perf_counter()
        self._scheduler.resume(self._turns)

    def restarted(self) -> None:
        """An engine ended by itself."""
        self.tally.restarted()

    def failed(self, reason: str) -> None:
        """There will be no other engine: whoever waits hears of it."""
        self.on_failed(reason)
        self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            unread = list(self._unread)
            self._unread.clear()
        works = self._scheduler.take(self._turns)
        lost: list[Request | Work] = [*unread, *works]
        for one in lost:
            one.failed(Unavailable("The model failed and is not served any more."))
        self.decoded(len(works))

    def _started(self, count: int) -> None:
        if count > 0:
            self.tally.started(count)
        self.decoded(count)
        if count < 0 and self.life.state == OVER:
            # They wait again, and nobody will come.
            self._give_up()
