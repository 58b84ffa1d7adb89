"""The memory that all engines together may hold: who was used least lately sleeps first."""

from __future__ import annotations

import threading

from deployments.server.life import AWAKE
from deployments.server.servable import Servable


class Budget:
    """Bytes to be kept within as far as idle models can give way; a busy one is never put to sleep."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._members: list[Servable] = []
        self._lock = threading.Lock()

    def add(self, servable: Servable) -> None:
        """Count a model that was loaded."""
        with self._lock:
            self._members.append(servable)

    def remove(self, servable: Servable) -> None:
        """Count a model no more."""
        with self._lock:
            if servable in self._members:
                self._members.remove(servable)

    def make_room(self, needed: int = 0, keep: Servable | None = None) -> None:
        """Have models sleep until `needed` bytes more fit in, or none is idle but `keep`: without one, the
        model used last.
        """
        with self._lock:
            awake = [servable for servable in self._members if servable.life.state == AWAKE]
            awake.sort(key=lambda servable: servable.last_used)
            used = sum(servable.memory for servable in awake)
            if keep is None and needed == 0:
                awake = awake[:-1]
            for servable in awake:
                if used + needed <= self.limit:
                    return
                if servable is not keep and servable.sleep("others need the memory"):
                    used -= servable.memory
