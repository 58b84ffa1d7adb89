"""A model that answers: its requests from the door to the lanes, within bounds."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import Protocol

from deployments.server.measures import Tally
from deployments.server.pace import Pace
from deployments.server.problems import Overloaded
from deployments.server.scheduler import Lane, Scheduler, Work
from deployments.server.specification import Specification
from training.ml.predictor import Predictor

# Below this many requests the wait is short whatever the model costs: a deployment of a slow model still
# takes them.
ALWAYS_WELCOME = 4


class Request(Work, Protocol):
    """What waits here: `begin` is called when it is its turn, and has it decoded in a worker thread."""

    def begin(self) -> None: ...


class Servable:
    """One loaded version of a model.

    Requests wait as the bytes they came in; only as many as the lanes can soon take are decoded ahead, so
    that a full queue costs megabytes and not gigabytes.
    """

    def __init__(
        self,
        specification: Specification,
        predictor: Predictor,
        scheduler: Scheduler,
        lanes: list[Lane],
        pace: Pace,
        tally: Tally,
    ) -> None:
        self.specification = specification
        self.predictor = predictor
        self.tally = tally
        self.pace = pace
        self.pending = 0
        self._scheduler = scheduler
        self._turns = scheduler.add(lanes, pace, self._started)
        self._ahead_limit = 2 + 2 * sum(pace.cheapest((lane.kind,), 1 << 10)[1] for lane in lanes)
        self._ahead = 0
        self._unread: deque[Request] = deque()
        self._lock = threading.Lock()

    def check_room(self, limit: int, max_wait: float) -> None:
        """Raise Overloaded when `limit` requests are here already, or the last of them has to wait for too
        long.
        """
        seconds = self.pending * self.seconds_per_image()
        if self.pending < limit and (self.pending < ALWAYS_WELCOME or seconds <= max_wait):
            return
        raise Overloaded(
            f"{self.pending} requests are waiting for this deployment; try again later.",
            max(1, math.ceil(seconds)),
        )

    def seconds_per_image(self) -> float:
        """Seconds between two answers when many wait, as measured."""
        kind, size = self.pace.cheapest(self._turns.kinds, 1 << 10)
        return (self.pace.cost(kind, size) or 0.0) / self._scheduler.cores

    def enter(self, request: Request) -> None:
        """Take a request in; it is decoded and computed when its turn comes."""
        with self._lock:
            self.pending += 1
            if self._ahead >= self._ahead_limit:
                self._unread.append(request)
                return
            self._ahead += 1
        request.begin()

    def compute(self, request: Request) -> None:
        """Queue a decoded request for a lane."""
        self._scheduler.submit(self._turns, request)

    def withdraw(self, request: Request) -> bool:
        """Take back a request that waits in a queue, decoded or not; False when it is being worked on."""
        with self._lock:
            if request in self._unread:
                self._unread.remove(request)
                return True
        if self._scheduler.withdraw(self._turns, request):
            self.decoded(1)
            return True
        return False

    def decoded(self, count: int) -> None:
        """`count` requests left the stretch between decoding and computing: as many may follow."""
        with self._lock:
            self._ahead -= count
            following = [self._unread.popleft() for _ in range(min(count, len(self._unread)))]
            self._ahead += len(following)
        for request in following:
            request.begin()

    def leave(self) -> None:
        """A request was answered, refused or given up."""
        with self._lock:
            self.pending -= 1

    def _started(self, count: int) -> None:
        self.tally.started(count)
        self.decoded(count)

    def drain(self, timeout: float) -> None:
        """Wait until nothing is pending, `timeout` seconds at most, then end the lanes."""
        deadline = time.monotonic() + timeout
        while self.pending and time.monotonic() < deadline:
            time.sleep(0.02)
        self._scheduler.remove(self._turns)
