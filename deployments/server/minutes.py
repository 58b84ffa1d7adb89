"""What happened in each of the last sixty minutes, by deployment and version: what the platform collects."""

from __future__ import annotations

import bisect
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from deployments.server.buckets import LATENCIES

KEPT_MINUTES = 60
BINS = 10


@dataclass
class Minute:
    """One minute of one version; `latency` counts answers by LATENCIES and one bucket above."""

    model: str
    version: int
    minute: int
    requests: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    latency: list[int] = field(default_factory=lambda: [0] * (len(LATENCIES) + 1))
    queue: int = 0
    batches: dict[str, int] = field(default_factory=dict)
    labels: dict[str, float] = field(default_factory=dict)
    seen: int = 0
    confidence: list[int] = field(default_factory=lambda: [0] * BINS)
    compared: int = 0
    agreement: float = 0.0

    def took(self, seconds: float) -> None:
        """Count an answer; a bucket holds what took no longer than its bound."""
        self.latency[bisect.bisect_left(LATENCIES, seconds)] += 1

    def scored(self, score: float) -> None:
        """Count a prediction's score; the last bin holds 1 as well."""
        self.confidence[min(BINS - 1, max(0, int(score * BINS)))] += 1

    def values(self) -> dict[str, Any]:
        """The minute, JSON-ready."""
        return {
            "model": self.model,
            "version": self.version,
            "minute": self.minute,
            "requests": self.requests,
            "errors": dict(self.errors),
            "latency": list(self.latency),
            "queue": self.queue,
            "batches": dict(self.batches),
            "labels": dict(self.labels),
            "seen": self.seen,
            "confidence": list(self.confidence),
            "shadow": {"compared": self.compared, "agreement": self.agreement},
        }


class Minutes:
    """The minutes of all models; those of a deleted model stay until they are old."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._kept: dict[tuple[int, str, int], Minute] = {}
        self._lock = threading.Lock()

    @contextmanager
    def now(self, model: str, version: int) -> Iterator[Minute]:
        """The present minute of a version, to be counted in; nobody else counts meanwhile."""
        minute = int(self._clock()) // 60 * 60
        with self._lock:
            key = (minute, model, version)
            found = self._kept.get(key)
            if found is None:
                self._forget(minute)
                found = self._kept[key] = Minute(model, version, minute)
            yield found

    def since(self, seconds: float = 0) -> list[dict[str, Any]]:
        """The minutes that ended after `seconds` of Unix time, in order; the present one is among them."""
        with self._lock:
            self._forget(int(self._clock()) // 60 * 60)
            return [self._kept[key].values() for key in sorted(self._kept) if key[0] + 60 > seconds]

    def _forget(self, minute: int) -> None:
        for key in [key for key in self._kept if key[0] <= minute - KEPT_MINUTES * 60]:
            del self._kept[key]
