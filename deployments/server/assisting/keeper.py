"""What was seen of images, each looked at once, the ones used least lately forgotten."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, Future

from training.ml.assist.remembering import Clicked


class Keeper:
    """States by their images' keys, within `limit` bytes; the last one stays however large it is."""

    def __init__(self, limit: int, executor: Executor) -> None:
        self._limit = limit
        self._executor = executor
        self._kept: OrderedDict[str, Future[Clicked]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Future[Clicked] | None:
        """The state of an image, or what it is going to be; None where the image was never shown."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def look(self, key: str, work: Callable[[], Clicked]) -> Future[Clicked]:
        """Have `work` done for an image, unless it was or is being done already."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            future = self._kept[key] = self._executor.submit(work)
        future.add_done_callback(lambda done: self._done(key, done))
        return future

    def _done(self, key: str, future: Future[Clicked]) -> None:
        with self._lock:
            if future.cancelled() or future.exception() is not None:
                self._kept.pop(key, None)
                return
            held = {
                name: done.result().nbytes
                for name, done in self._kept.items()
                if done.done() and not done.cancelled() and done.exception() is None
            }
            total = sum(held.values())
            for name, size in held.items():
                if total <= self._limit or name == key:
                    continue
                del self._kept[name]
                total -= size
