"""What is counted: for Prometheus, and a short memory of latencies for each model's own page."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 30.0)
REMEMBERED = 1000


class Measures:
    """The server's Prometheus registry; every series carries the deployment's id."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "tessera_inference_requests", "Predictions asked for.", ["deployment"], registry=self.registry
        )
        self.errors = Counter(
            "tessera_inference_errors",
            "Predictions refused or failed, by HTTP status.",
            ["deployment", "status"],
            registry=self.registry,
        )
        self.latency = Histogram(
            "tessera_inference_latency_seconds",
            "Seconds from the whole request to the whole answer.",
            ["deployment"],
            buckets=LATENCIES,
            registry=self.registry,
        )
        self.batch = Histogram(
            "tessera_inference_batch_size",
            "Images computed together.",
            ["deployment"],
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=self.registry,
        )

    def watch(self, queues: Callable[[], Iterable[tuple[str, int, bool]]]) -> None:
        """Report (deployment, requests in the server, ready) of every model whenever somebody asks."""
        self.registry.register(_Queues(queues))

    def forget(self, deployment: str) -> None:
        """Drop the series of a deployment that is gone."""
        for series in (self.requests, self.latency, self.batch):
            series.remove_by_labels({"deployment": deployment})
        self.errors.remove_by_labels({"deployment": deployment})

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Queues:
    def __init__(self, queues: Callable[[], Iterable[tuple[str, int, bool]]]) -> None:
        self._queues = queues

    def collect(self) -> Iterable[Metric]:
        queue = GaugeMetricFamily(
            "tessera_inference_queue", "Requests accepted and not yet answered.", labels=["deployment"]
        )
        ready = GaugeMetricFamily(
            "tessera_inference_ready", "Whether the deployment answers.", labels=["deployment"]
        )
        for deployment, waiting, is_ready in self._queues():
            queue.add_metric([deployment], waiting)
            ready.add_metric([deployment], float(is_ready))
        return [queue, ready]


class Tally:
    """Counts of one deployment since the server started, over all its versions. Times in milliseconds."""

    def __init__(self, deployment: str, measures: Measures) -> None:
        self.requests = 0
        self.errors = 0
        self.batches = 0
        self.computed = 0
        self._latencies: deque[float] = deque(maxlen=REMEMBERED)
        self._measures = measures
        self._deployment = deployment
        self._requests = measures.requests.labels(deployment)
        self._latency = measures.latency.labels(deployment)
        self._batch = measures.batch.labels(deployment)
        self._lock = threading.Lock()

    def asked(self) -> None:
        with self._lock:
            self.requests += 1
        self._requests.inc()

    def answered(self, seconds: float) -> None:
        with self._lock:
            self._latencies.append(seconds * 1000)
        self._latency.observe(seconds)

    def failed(self, status: int) -> None:
        with self._lock:
            self.errors += 1
        self._measures.errors.labels(self._deployment, str(status)).inc()

    def started(self, size: int) -> None:
        with self._lock:
            self.batches += 1
            self.computed += size
        self._batch.observe(size)

    def summary(self) -> dict[str, float | int | None]:
        """`requests, errors, p50_ms, p95_ms, batch_mean`; percentiles over the last thousand answers."""
        with self._lock:
            ordered = sorted(self._latencies)
            mean = self.computed / self.batches if self.batches else None
            counts = {"requests": self.requests, "errors": self.errors}
        return {
            **counts,
            "p50_ms": _percentile(ordered, 0.5),
            "p95_ms": _percentile(ordered, 0.95),
            "batch_mean": None if mean is None else round(mean, 2),
        }


def _percentile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
