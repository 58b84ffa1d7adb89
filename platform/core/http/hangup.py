"""Whether the client of the request that is being answered has gone away, for work that is only for it.

A view runs in a thread and hears nothing of its client. What waits for somebody else on the client's behalf
registers here how to be broken off; everything else goes on as if nothing had happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_current: ContextVar[Hangup | None] = ContextVar("hangup", default=None)


class Hangup:
    """One request's client: there until `happen` is called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._happened = False
        self._breaks: list[Callable[[], None]] = []

    @property
    def happened(self) -> bool:
        return self._happened

    def then(self, breaks: Callable[[], None]) -> None:
        """Have `breaks` called when the client goes away, at once where it has gone."""
        with self._lock:
            if not self._happened:
                self._breaks.append(breaks)
                return
        breaks()

    def happen(self) -> None:
        """The client went away."""
        with self._lock:
            self._happened = True
            breaks, self._breaks = self._breaks, []
        for each in breaks:
            each()

    def run(self, function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        """Call a function that finds this as `current`, and with it whatever it starts in a copy of its
        context."""
        token = _current.set(self)
        try:
            return function(*arguments, **options)
        finally:
            _current.reset(token)


def current() -> Hangup | None:
    """The client for whom this thread works; None outside of a request."""
    return _current.get()
