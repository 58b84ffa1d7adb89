"""How long an engine lives: started again when it ends by itself, ended when nobody needs it, and woken."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deployments.server.channel import EngineError, Gone
from deployments.server.engines import Engine
from deployments.server.journal import Journal
from deployments.server.problems import Interrupted
from deployments.server.scheduler import Forward, Lane
from training.ml.reading import Outputs

AWAKE, ASLEEP, STARTING, OVER = "awake", "asleep", "starting", "over"
# So many ends in a row, without an answer in between, and it is given up.
MOST_ENDS = 5
LONGEST_PAUSE = 10.0


class Owner(Protocol):
    """Whose engine it is: told when to hold its requests back, and when to let them go."""

    def paused(self) -> None: ...

    def resumed(self, woken: bool) -> None: ...

    def restarted(self) -> None: ...

    def failed(self, reason: str) -> None: ...


# Starts an engine with the lanes' ports, loaded and warm; tells of it before it is.
Start = Callable[[Callable[[Engine], None]], Engine]


class Life:
    """The engine of one servable, one after the other; `lanes` compute on whichever there is."""

    def __init__(
        self,
        engine: Engine,
        lanes: Sequence[Lane],
        start: Start,
        owner: Owner,
        journal: Journal,
        pause: float,
    ) -> None:
        self.restarts = 0
        self.loaded_seconds: float | None = None
        self.woken_seconds: float | None = None
        self.state = AWAKE
        self._engine: Engine | None = engine
        self._lanes = lanes
        self._start = start
        self._owner = owner
        self._journal = journal
        self._pause = pause
        self._ends = 0
        # Why the engine ended by itself the last time.
        self.last_end: str | None = None
        self._passes: dict[int, float] = {}
        self._closed = threading.Event()
        self._lock = threading.RLock()
        self._adopt(engine)
        engine.when_over(self.ended)

    @property
    def pid(self) -> int | None:
        """The engine's process, None while there is none."""
        engine = self._engine
        return engine.pid if engine else None

    def memory(self) -> int:
        """Bytes that the engine holds now; 0 while there is none."""
        engine = self._engine
        return engine.memory() if engine else 0

    def longest(self) -> float:
        """Seconds that the longest of the forward passes under way has taken so far."""
        return time.monotonic() - min(list(self._passes.values()), default=time.monotonic())

    def ended(self, engine: Engine) -> None:
        """An engine is no more; called in a thread of its own."""
        with self._lock:
            if engine is not self._engine or self.state != AWAKE:
                return
            self._lost(engine.reason)
            self.state, self._engine = STARTING, None
            self._let_go()
            self._owner.paused()
        threading.Thread(target=self._bring_up, args=(False,), name="restart", daemon=True).start()

    def wake(self) -> None:
        """Start an engine where it sleeps, returns at once."""
        with self._lock:
            if self.state != ASLEEP:
                return
            self.state = STARTING
        threading.Thread(target=self._bring_up, args=(True,), name="wake", daemon=True).start()

    def sleep(self, busy: Callable[[], bool], why: str) -> bool:
        """End the engine unless `busy`; whether it sleeps now that did not before."""
        with self._lock:
            if self.state != AWAKE or busy():
                return False
            self._owner.paused()
            engine, self._engine, self.state = self._engine, None, ASLEEP
            self._let_go()
        if engine:
            engine.end()
        self._journal.event("info", f"sleeps: {why}")
        return True

    def kill(self, reason: str) -> None:
        """End the engine as if it had ended by itself."""
        if engine := self._engine:
            engine.end(reason)

    def close(self) -> None:
        """End it for good."""
        with self._lock:
            engine, self._engine, self.state = self._engine, None, OVER
            self._let_go()
            self._closed.set()
        if engine:
            engine.end()

    def retry_after(self) -> float:
        """Seconds until an engine that has ended is probably back."""
        return self._backoff() + (self.woken_seconds or self.loaded_seconds or 1.0)

    def _bring_up(self, woken: bool) -> None:
        began = time.perf_counter()
        while self._ends < MOST_ENDS:
            if self._closed.wait(self._backoff()):
                return
            try:
                engine = self._start(self._loading)
            except Exception as error:
                if self._closed.is_set():
                    return
                self._lost(str(error))
                continue
            if not self._take_over(engine):
                engine.end()
                return
            self.woken_seconds = time.perf_counter() - began
            self._journal.event("info", f"{'awake' if woken else 'back'} after {self.woken_seconds:.1f} s")
            self._owner.resumed(woken)
            engine.when_over(self.ended)
            return
        self.close()
        self._owner.failed(f"Its engine ended {MOST_ENDS} times in a row: {self.last_end}.")

    def _loading(self, engine: Engine) -> None:
        """An engine that is not ready yet: it can be killed already."""
        with self._lock:
            if self.state == OVER:
                engine.end()
            else:
                self._engine = engine

    def _take_over(self, engine: Engine) -> bool:
        with self._lock:
            if self.state == OVER:
                return False
            self._adopt(engine)
            self.state = AWAKE
            return True

    def _adopt(self, engine: Engine) -> None:
        self._engine = engine
        ports = [port for group in engine.ports for port in group]
        for lane, port in zip(self._lanes, ports, strict=True):
            lane.forward = self._answering(port.forward)

    def _let_go(self) -> None:
        """Hold no port of an engine that is over: each keeps memory mapped, until its last pass has
        returned.
        """
        for lane in self._lanes:
            lane.forward = _nobody

    def _answering(self, forward: Forward) -> Forward:
        """A lane's forward pass that says in the server's words what became of it."""

        def answering(tensors: Sequence[NDArray[np.float32]]) -> Outputs:
            self._passes[threading.get_ident()] = time.monotonic()
            try:
                outputs = forward(tensors)
            except Gone as gone:
                raise Interrupted(self.retry_after(), gone.sent) from gone
            except EngineError as error:
                self._journal.write("error", f"a forward pass failed: {error}")
                raise
            finally:
                del self._passes[threading.get_ident()]
            self._ends = 0
            return outputs

        return answering

    def _lost(self, reason: str | None) -> None:
        self._engine = None
        self._ends += 1
        self.last_end = (reason or "it does not say why").rstrip(".")
        self.restarts += 1
        self._owner.restarted()
        again = f"; starting it again in {self._backoff():.1f} s" if self._ends < MOST_ENDS else ""
        self._journal.event("error", f"the engine ended: {self.last_end}{again}")

    def _backoff(self) -> float:
        """Seconds before the next start: none the first time, then twice as long each time."""
        return min(self._pause * 2 ** (self._ends - 1), LONGEST_PAUSE) if self._ends else 0.0


def _nobody(tensors: Sequence[NDArray[np.float32]]) -> Outputs:
    raise Interrupted(1, sent=False)
