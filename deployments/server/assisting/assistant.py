"""An engine of the smart tool as the front process sees it: started when it is needed, started again when it
ends, ended when others need its memory.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from concurrent.futures import Future
from typing import Any

import orjson

from deployments.server.budget import Budget
from deployments.server.child import Child
from deployments.server.config import Config
from deployments.server.journal import Journal
from deployments.server.problems import Interrupted, Overloaded, Problem, TooLarge, Unavailable, Unusable
from training.ml.assist.catalogue import Choice

MODULE = "deployments.server.assisting"
LONGEST_PAUSE = 30.0
# Longer takes no image, only an engine that will not end.
MOST_SECONDS = 300.0
# What one needs before it has seen an image.
BARE_ASSISTANT = 200 << 20
# How long an engine that could not be loaded is not tried again.
FAILED_SECONDS = 60.0


class AssistantChild(Child):
    """A process that answers messages, several at a time."""

    def __init__(self, order: dict[str, Any], journal: Journal) -> None:
        self._numbers = itertools.count(1)
        self._asked: dict[int, Future[dict[str, Any]]] = {}
        self._sending = threading.Lock()
        super().__init__(MODULE, order, journal)

    def begin(self) -> None:
        """Hear answers; called once it is ready."""
        threading.Thread(target=self._hear, name=f"assist-{self.pid}", daemon=True).start()

    def ask(self, message: dict[str, Any], image: bytes | None) -> Future[dict[str, Any]]:
        """Send a message; its answer comes later. Raises OSError where the process has ended."""
        future: Future[dict[str, Any]] = Future()
        number = next(self._numbers)
        self._asked[number] = future
        with self._sending:
            self._control.send_bytes(orjson.dumps({**message, "id": number, "image": image is not None}))
            if image is not None:
                self._control.send_bytes(image)
        if self.over and number in self._asked:
            del self._asked[number]
            raise ConnectionError(self.reason)
        return future

    @property
    def pending(self) -> int:
        return len(self._asked)

    def _hear(self) -> None:
        try:
            while True:
                reply = orjson.loads(self._control.recv_bytes())
                future = self._asked.pop(reply.pop("id"), None)
                # Who asked may have gone in the meantime.
                if future is not None and future.set_running_or_notify_cancel():
                    future.set_result(reply)
        except (EOFError, OSError):
            self._over.wait()
            for future in list(self._asked.values()):
                if future.set_running_or_notify_cancel():
                    future.set_exception(ConnectionError(self.reason))
            self._asked.clear()


class Assistant:
    """One engine, its process there or not."""

    def __init__(self, choice: Choice, config: Config, journal: Journal, budget: Budget) -> None:
        self.choice = choice
        self.failure: str | None = None
        self.last_used = time.monotonic()
        self._config = config
        self._journal = journal
        self._budget = budget
        self._child: AssistantChild | None = None
        self._starting = asyncio.Lock()
        self._ends = 0
        self._not_before = 0.0
        self._closed = False

    @property
    def awake(self) -> bool:
        return self._child is not None

    @property
    def memory(self) -> int:
        """Bytes that it holds now."""
        child = self._child
        return child.memory() if child else 0

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    @property
    def may_start(self) -> bool:
        """Whether it is worth trying, after it could not be loaded."""
        return time.monotonic() >= self._not_before

    async def ask(self, message: dict[str, Any], image: bytes | None = None) -> dict[str, Any]:
        """The engine's answer; raises what the server says where there is none."""
        self.last_used = time.monotonic()
        child = await self._ready()
        if child.pending >= self._config.queue_limit:
            raise Overloaded(f"{child.pending} clicks wait to be answered already.")
        loop = asyncio.get_running_loop()
        try:
            future = await loop.run_in_executor(None, child.ask, message, image)
            reply = await asyncio.wait_for(asyncio.wrap_future(future), MOST_SECONDS)
        except TimeoutError:
            child.end(f"it did not answer within {MOST_SECONDS:.0f} seconds")
            raise Interrupted(1, sent=True) from None
        except (ConnectionError, OSError) as error:
            raise Interrupted(max(1.0, self._not_before - time.monotonic()), sent=True) from error
        self._ends = 0
        self.last_used = time.monotonic()
        if image is not None:
            await loop.run_in_executor(None, self._budget.make_room, 0, self)
        if "error" in reply:
            raise _problem(reply["status"], reply["error"])
        return reply

    def sleep(self, why: str) -> bool:
        """End the process while nobody waits for it; whether it has."""
        child = self._child
        if child is None or child.pending:
            return False
        self._child = None
        child.end("it was put to sleep")
        self._journal.event("info", f"sleeps: {why}")
        return True

    def close(self) -> None:
        """End it for good."""
        self._closed = True
        if self._child is not None:
            self._child.end("the server ends")

    async def _ready(self) -> AssistantChild:
        async with self._starting:
            if self._child is None:
                wait = self._not_before - time.monotonic()
                if wait > 0:
                    raise Unavailable(self.failure or "The engine ended, and is being started again.", wait)
                self._child = await asyncio.get_running_loop().run_in_executor(None, self._start)
            return self._child

    def _start(self) -> AssistantChild:
        began = time.perf_counter()
        if self._closed:
            raise Unavailable("The server ends.")
        self._budget.make_room(BARE_ASSISTANT + 2 * self.choice.bytes)
        order = {
            "kind": self.choice.kind,
            "source": self.choice.source,
            "threads": self._config.cores,
            "cache": self._config.assist_cache,
            "max_pixels": self._config.assist_pixels,
        }
        child = AssistantChild(order, self._journal)
        try:
            child.wait(self._config.load_timeout)
        except Exception as error:
            child.end()
            self.failure = f"The engine could not be loaded: {error}"
            self._not_before = time.monotonic() + FAILED_SECONDS
            self._journal.event("error", self.failure)
            raise Unavailable(self.failure, FAILED_SECONDS) from error
        self.failure = None
        child.begin()
        child.when_over(self._ended)
        self._journal.event("info", f"{self.choice.name} is ready after {time.perf_counter() - began:.1f} s")
        return child

    def _ended(self, child: Child) -> None:
        if self._child is child:
            self._child = None
            self._ends += 1
            pause = min(self._config.pause * 2 ** (self._ends - 1), LONGEST_PAUSE)
            self._not_before = time.monotonic() + pause
            self._journal.event("error", f"the engine {self.choice.name} ended: {child.reason}")


def _problem(status: int, text: str) -> Problem:
    kinds: dict[int, type[Problem]] = {413: TooLarge, 422: Unusable}
    return kinds.get(status, Problem)(text)
