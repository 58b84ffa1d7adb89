"""The processes that decode for this one what strangers sent: few, and replaced when they die."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings

from core.errors import TesseraError, Unavailable, Unusable
from core.http import hangup
from projects.services.talking import Died, Quiet, Talk

# A decoder says every half second that it goes on.
PATIENCE = 20.0
LONGEST = 300.0
TURN_SECONDS = 120.0
# Decoders that nobody needs for so long are ended: each holds a hundred megabytes of frames.
IDLE_SECONDS = 120.0
# Children die with the thread that started them: this one stays.
_starter = ThreadPoolExecutor(1, thread_name_prefix="decoders")


def start() -> Talk:
    """A decoder of one's own, for work through many frames."""
    limit = str(settings.TESSERA_FRAME_CACHE_BYTES)
    return Talk("projects.media.decoder", [str(settings.TESSERA_FRAME_CACHE_DIR), limit])


def ask(talk: Talk, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The decoder's answer. Raises Unusable with its reason, Died and Quiet."""
    talk.send(request)
    until = time.monotonic() + LONGEST
    while "step" in (said := talk.line(PATIENCE)):
        if time.monotonic() > until:
            raise Quiet
    if "error" in said:
        raise Unusable(f"Frame {request['number']} cannot be decoded: {said['error']}")
    return said, talk.bytes(int(said["bytes"]), PATIENCE)


class Pool:
    """At most `size` decoders of what `noun` says; a video goes back to the one that has it open.

    `start` makes one and `ask` gets its answer, of frames without; `slow` is raised where it takes too long.
    """

    def __init__(
        self,
        size: int,
        noun: str = "frame",
        start: Callable[[], Talk] | None = None,
        ask: Callable[[Talk, Any], tuple[dict[str, Any], bytes]] | None = None,
        slow: type[TesseraError] = Unavailable,
    ) -> None:
        self._size, self._noun, self._slow = size, noun, slow
        self._start, self._ask = start, ask
        self._changed = threading.Condition()
        self._busy = 0
        # Decoder, the video it had last, since when it is idle; the longest idle one first.
        self._idle: list[tuple[Talk, str, float]] = []
        self._sweeper: threading.Timer | None = None

    def ask(self, request: Any, key: str = "") -> tuple[dict[str, Any], bytes]:
        """Raises Unusable where it cannot be decoded, `slow` where that takes too long, Unavailable where
        nobody comes to it. `key` names what a decoder keeps open.
        """
        for attempt in (1, 2):
            talk = self._take(key)
            try:
                answer = (self._ask or ask)(talk, request)
            except Unusable:
                self._give(talk, key)
                raise
            except Quiet:
                self._drop(talk)
                raise self._slow(f"Decoding this {self._noun} takes too long; it was given up.") from None
            except Died:
                self._drop(talk)
                if attempt == 2:
                    raise Unusable(
                        f"The decoder crashes on this {self._noun}, or needs more memory than it may have."
                    ) from None
            except BaseException:
                self._drop(talk)
                raise
            else:
                self._give(talk, key)
                return answer
        raise AssertionError

    def close(self) -> None:
        """End the idle decoders."""
        with self._changed:
            idle, self._idle = self._idle, []
        for talk, _, _ in idle:
            talk.close()

    def _take(self, path: str) -> Talk:
        with self._changed:
            if not self._changed.wait_for(lambda: self._busy < self._size, TURN_SECONDS):
                raise Unavailable(f"Too many {self._noun}s are being decoded; try again in a moment.")
            self._busy += 1
            at = next((n for n, (_, last, _) in enumerate(self._idle) if last == path), None)
            if at is None and len(self._idle) + self._busy > self._size:
                at = 0
            if at is not None:
                return self._idle.pop(at)[0]
        try:
            return _starter.submit(self._start or start).result()
        except BaseException:
            self._free()
            raise

    def _give(self, talk: Talk, path: str) -> None:
        with self._changed:
            self._idle.append((talk, path, time.monotonic()))
            if self._sweeper is None:
                self._plan_sweep()
        self._free()

    def _drop(self, talk: Talk) -> None:
        talk.close()
        self._free()

    def _free(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify()

    def _plan_sweep(self) -> None:
        self._sweeper = threading.Timer(IDLE_SECONDS, self._sweep)
        self._sweeper.daemon = True
        self._sweeper.start()

    def _sweep(self) -> None:
        with self._changed:
            since = time.monotonic() - IDLE_SECONDS
            old = [each for each in self._idle if each[2] <= since]
            self._idle = [each for each in self._idle if each[2] > since]
            self._sweeper = None
            if self._idle:
                self._plan_sweep()
        for talk, _, _ in old:
            talk.close()


class Turns:
    """One at a time for each key; who waits gives up when the client has gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, tuple[threading.Lock, int]] = {}

    def hold(self, key: str) -> _Turn:
        return _Turn(self, key)

    def enter(self, key: str) -> None:
        with self._lock:
            lock, waiting = self._turns.get(key) or (threading.Lock(), 0)
            self._turns[key] = (lock, waiting + 1)
        if not lock.acquire(timeout=TURN_SECONDS):
            self._leave(key)
            raise Unavailable("Frames of this video are being decoded; try again in a moment.")
        client = hangup.current()
        if client is not None and client.happened:
            self.exit(key)
            raise Unavailable("The client went away.")

    def exit(self, key: str) -> None:
        self._turns[key][0].release()
        self._leave(key)

    def _leave(self, key: str) -> None:
        with self._lock:
            lock, waiting = self._turns[key]
            if waiting > 1:
                self._turns[key] = (lock, waiting - 1)
            else:
                del self._turns[key]


class _Turn:
    def __init__(self, turns: Turns, key: str) -> None:
        self._turns, self._key = turns, key

    def __enter__(self) -> None:
        self._turns.enter(self._key)

    def __exit__(self, *_: Any) -> None:
        self._turns.exit(self._key)
