"""What is counted: for Prometheus, for the platform's minutes, and a short memory for a model's own page."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from deployments.server.buckets import LATENCIES
from deployments.server.journal import Journal
from deployments.server.minutes import Minutes

REMEMBERED = 1000
VERSION_SEPARATOR = "@"


def deployment_of(model: str) -> str:
    """The deployment that a model belongs to: canaries and shadows are called `<deployment>@<version>`."""
    return model.partition(VERSION_SEPARATOR)[0]


@dataclass(frozen=True)
class Gauge:
    """How a model is at this moment; `memory` in bytes."""

    model: str
    version: int
    queue: int
    ready: bool
    asleep: bool
    memory: int


class Measures:
    """The server's Prometheus registry, whose every series carries the deployment's id, and what else is
    counted of all its versions.
    """

    def __init__(self) -> None:
        self.server = str(uuid.uuid4())
        self.minutes = Minutes()
        self._journals: dict[str, Journal] = {}
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
        self.answers = Counter(
            "tessera_inference_answers",
            "Predictions answered, by version.",
            ["deployment", "version"],
            registry=self.registry,
        )
        self.restarts = Counter(
            "tessera_inference_restarts",
            "Engines that ended by themselves and were replaced.",
            ["deployment", "version"],
            registry=self.registry,
        )

    def journal(self, deployment: str) -> Journal:
        """The log of a deployment, all its versions together."""
        return self._journals.setdefault(deployment, Journal(deployment))

    def watch(self, gauges: Callable[[], Iterable[Gauge]]) -> None:
        """Report how every model is whenever somebody asks."""
        self.registry.register(_Gauges(gauges))

    def forget(self, deployment: str) -> None:
        """Drop the series and the log of a deployment that is gone; its minutes wait to be collected."""
        self._journals.pop(deployment, None)
        for series in (self.requests, self.latency, self.batch, self.errors, self.answers, self.restarts):
            series.remove_by_labels({"deployment": deployment})

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Gauges:
    def __init__(self, gauges: Callable[[], Iterable[Gauge]]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        versioned = ["deployment", "version"]
        queue = GaugeMetricFamily(
            "tessera_inference_queue", "Requests accepted and not yet answered.", labels=["deployment"]
        )
        ready = GaugeMetricFamily(
            "tessera_inference_ready", "Whether the deployment answers.", labels=["deployment"]
        )
        asleep = GaugeMetricFamily("tessera_inference_asleep", "Whether it sleeps.", labels=versioned)
        memory = GaugeMetricFamily(
            "tessera_inference_memory_bytes", "Memory that its engine holds.", labels=versioned
        )
        waiting: dict[str, int] = {}
        for gauge in self._gauges():
            deployment = deployment_of(gauge.model)
            waiting[deployment] = waiting.get(deployment, 0) + gauge.queue
            if deployment == gauge.model:
                ready.add_metric([deployment], float(gauge.ready))
            asleep.add_metric([deployment, str(gauge.version)], float(gauge.asleep))
            memory.add_metric([deployment, str(gauge.version)], gauge.memory)
        for deployment, count in waiting.items():
            queue.add_metric([deployment], count)
        return [queue, ready, asleep, memory]


@dataclass
class Totals:
    """Counts of one model since the server started, over all its versions. Times in milliseconds."""

    requests: int = 0
    errors: int = 0
    batches: int = 0
    computed: int = 0
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def summary(self) -> dict[str, float | int | None]:
        """`requests, errors, p50_ms, p95_ms, batch_mean`; percentiles over the last thousand answers."""
        with self.lock:
            ordered = sorted(self.latencies)
            mean = self.computed / self.batches if self.batches else None
            counts = {"requests": self.requests, "errors": self.errors}
        return {
            **counts,
            "p50_ms": _percentile(ordered, 0.5),
            "p95_ms": _percentile(ordered, 0.95),
            "batch_mean": None if mean is None else round(mean, 2),
        }


class Tally:
    """What one version of a model counts; `of` gives that of another version of the same model."""

    def __init__(self, model: str, measures: Measures, version: int, totals: Totals | None = None) -> None:
        self.model = model
        self.version = version
        self.totals = totals or Totals()
        self._measures = measures
        self._deployment = deployment_of(model)
        self.journal = measures.journal(self._deployment)
        self._requests = measures.requests.labels(self._deployment)
        self._latency = measures.latency.labels(self._deployment)
        self._batch = measures.batch.labels(self._deployment)
        self._answers = measures.answers.labels(self._deployment, str(version))
        self._restarts = measures.restarts.labels(self._deployment, str(version))

    def of(self, version: int) -> Tally:
        """The tally of another version, which adds to the same totals."""
        return Tally(self.model, self._measures, version, self.totals)

    def asked(self) -> None:
        """A request has come."""
        with self.totals.lock:
            self.totals.requests += 1
        self._requests.inc()
        with self._measures.minutes.now(self._deployment, self.version) as minute:
            minute.requests += 1

    def answered(self, seconds: float, version: int | None = None, batch: int | None = None) -> None:
        """A request was answered after `seconds`, by `version`, in a batch of `batch` images."""
        version = version or self.version
        with self.totals.lock:
            self.totals.latencies.append(seconds * 1000)
        self._latency.observe(seconds)
        self._answers.inc()
        with self._measures.minutes.now(self._deployment, version) as minute:
            minute.took(seconds)
        together = "" if batch is None else f", batch {batch}"
        self.journal.write("info", f"200 in {seconds * 1000:.1f} ms, version {version}{together}")

    def failed(self, status: int, detail: str = "") -> None:
        """A request was refused or failed."""
        with self.totals.lock:
            self.totals.errors += 1
        self._measures.errors.labels(self._deployment, str(status)).inc()
        with self._measures.minutes.now(self._deployment, self.version) as minute:
            minute.errors[str(status)] = minute.errors.get(str(status), 0) + 1
        self.journal.refused(status, detail)

    def queued(self, pending: int) -> None:
        """`pending` requests are here at this moment."""
        with self._measures.minutes.now(self._deployment, self.version) as minute:
            minute.queue = max(minute.queue, pending)

    def started(self, size: int) -> None:
        """A batch of `size` images begins to compute."""
        with self.totals.lock:
            self.totals.batches += 1
            self.totals.computed += size
        self._batch.observe(size)
        with self._measures.minutes.now(self._deployment, self.version) as minute:
            minute.batches[str(size)] = minute.batches.get(str(size), 0) + 1

    def restarted(self) -> None:
        """An engine ended by itself and is replaced."""
        self._restarts.inc()

    def saw(self, shares: Mapping[int, float], scores: Sequence[float]) -> None:
        """What an answer held: the share of the image's pixels of each label's index, and the score of each
        prediction.
        """
        with self._measures.minutes.now(self._deployment, self.version) as minute:
            minute.seen += 1
            for index, share in shares.items():
                minute.labels[str(index)] = minute.labels.get(str(index), 0.0) + float(share)
            for score in scores:
                minute.scored(score)

    def shadowed(self, agreement: float) -> None:
        """This version, as a shadow, agreed with the answer given on this share of the image's pixels."""
        with self._measures.minutes.now(self._deployment, self.version) as minute:
            minute.compared += 1
            minute.agreement += agreement

    def summary(self) -> dict[str, float | int | None]:
        """See `Totals.summary`."""
        return self.totals.summary()


def _percentile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
