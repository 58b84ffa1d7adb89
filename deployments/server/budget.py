"""The memory that all engines together may hold: who was used least lately sleeps first."""

from __future__ import annotations

import threading
from typing import Protocol


class Member(Protocol):
    """Something with a process of its own that can be ended while it is idle."""

    last_used: float

    @property
    def awake(self) -> bool: ...

    @property
    def memory(self) -> int: ...

    def sleep(self, why: str) -> bool: ...


class Budget:
    """Bytes to be kept within as far as idle models can give way; a busy one is never put to sleep."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._members: list[Member] = []
        self._lock = threading.Lock()

    def add(self, member: Member) -> None:
        """Count a model that was loaded."""
        with self._lock:
            self._members.append(member)

    def remove(self, member: Member) -> None:
        """Count a model no more."""
        with self._lock:
            if member in self._members:
                self._members.remove(member)

    def make_room(self, needed: int = 0, keep: Member | None = None) -> None:
        """Have models sleep until `needed` bytes more fit in, or none is idle but `keep`: without one, the
        model used last.
        """
        with self._lock:
            awake = [member for member in self._members if member.awake]
            awake.sort(key=lambda member: member.last_used)
            used = sum(member.memory for member in awake)
            if keep is None and needed == 0:
                awake = awake[:-1]
            for member in awake:
                if used + needed <= self.limit:
                    return
                if member is not keep and member.sleep("others need the memory"):
                    used -= member.memory
