"""What a deployment was asked and how it answered, over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from deployments import inference
from deployments.histograms import added, percentile
from deployments.models import Deployment, DeploymentMinute, DeploymentStatus

MONTH = 30 * 24 * 60
# Up to so many minutes in a chart, its points lie so many seconds apart.
STEPS = ((180, 60), (2 * 24 * 60, 600), (MONTH, 3600))
SHARES = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
NO_LINES: dict[str, Any] = {"server": "", "lines": []}


def metrics_of(deployment: Deployment, minutes: int) -> dict[str, Any]:
    """`{"step_seconds", "points", "totals", "statuses"}` of the last `minutes`, a month at most.

    A point is one version in one step; steps in which nothing was asked are left out.
    """
    minutes = max(1, min(minutes, MONTH))
    step = next(seconds for most, seconds in STEPS if minutes <= most)
    first = timezone.now() - timedelta(minutes=minutes)
    rows = list(deployment.minutes.filter(minute__gt=first))
    groups: dict[tuple[int, int], list[DeploymentMinute]] = {}
    for row in rows:
        groups.setdefault((int(row.minute.timestamp()) // step * step, row.version), []).append(row)
    return {
        "step_seconds": step,
        "points": [
            {"time": datetime.fromtimestamp(start, UTC).isoformat(), "version": version, **summary(group)}
            for (start, version), group in sorted(groups.items(), key=lambda item: item[0])
        ],
        "totals": summary(rows),
        "statuses": _summed(row.errors for row in rows),
    }


def summary(rows: Sequence[DeploymentMinute]) -> dict[str, Any]:
    """Minutes as one: requests, errors, percentiles, longest queue, mean batch, agreement of the shadow."""
    latency = added(row.latency for row in rows)
    batches = _summed(row.batches for row in rows)
    passes = sum(batches.values())
    images = sum(int(size) * count for size, count in batches.items())
    compared = sum(row.shadow.get("compared", 0) for row in rows)
    agreement = sum(row.shadow.get("agreement", 0.0) for row in rows)
    return {
        "requests": sum(row.requests for row in rows),
        "errors": sum(_summed(row.errors for row in rows).values()),
        **{name: percentile(latency, share) for name, share in SHARES.items()},
        "queue": max((row.queue for row in rows), default=0),
        "batch_mean": round(images / passes, 2) if passes else None,
        "shadow": {"compared": compared, "agreement": agreement / compared} if compared else None,
    }


def log_of(deployment: Deployment, after: int) -> dict[str, Any]:
    """`{"server", "lines"}` after the n-th line, from the server that runs now; raises Unavailable."""
    if deployment.status == DeploymentStatus.STOPPED:
        return NO_LINES
    answer = inference.log(deployment.pk, after) or NO_LINES
    return {"server": answer["server"], "lines": [_timed(line) for line in answer["lines"]]}


def _timed(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "time": datetime.fromtimestamp(line["time"], UTC).isoformat()}


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
